# One image for every process of Sparekey; the command chooses which.
# There is no build step: Node runs the TypeScript sources, so what is installed is what is copied.

FROM node:24-bookworm-slim AS installed
WORKDIR /app
COPY . .
# Only what the processes need: no development dependencies, no test library with its browser, no embedded PostgreSQL
# (optional: a deployment brings its own), no second Node. Nothing left needs an install script.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
    --workspace=apps/provider --workspace=apps/provisioner --workspace=tools \
    && rm -rf /root/.npm libs/testing apps/demo-rp

FROM node:24-bookworm-slim
# Slow hashes run on as many threads as there are cores, but two of the pool stay free for everything else.
ENV NODE_ENV=production UV_THREADPOOL_SIZE=16
WORKDIR /app
# Owned by root, run by somebody else: the process cannot change its own code.
COPY --from=installed /app /app
USER node
EXPOSE 8080 9000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 CMD ["node", "deploy/healthcheck.mjs"]
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning"]
CMD ["apps/provider/src/main.ts"]
