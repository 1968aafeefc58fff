export * from './ports.ts';
export { MAX_OVERLAP_HOURS, rotateWebhookSecret, type WebhookRotation } from './rotate.ts';
