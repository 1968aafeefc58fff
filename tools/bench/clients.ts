/** Where authorization codes go; nothing listens there, the bench reads the redirect. */
export const REDIRECT_URI = 'http://127.0.0.1/bench/callback';

/** The applications of the bench, the same at every server. */
export const benchClients = [
  { clientId: 'bench-app', secret: 'bench-app-secret-0123456789', grants: ['authorization_code', 'refresh_token'] },
  { clientId: 'bench-service', secret: 'bench-service-secret-0123456789', grants: ['client_credentials'] },
];
