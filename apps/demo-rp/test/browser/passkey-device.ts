import type { CDPSession, Page } from 'playwright-core';

export interface DeviceOptions {
  /** `internal` is the device itself, `usb` a security key. */
  transport?: 'internal' | 'usb';
}

/** A virtual authenticator, with its person's finger always on it, in a visitor's browser (WebAuthn L3 §11), over the DevTools protocol. */
export class PasskeyDevice {
  readonly #session: CDPSession;
  readonly #authenticatorId: string;

  private constructor(session: CDPSession, authenticatorId: string) {
    this.#session = session;
    this.#authenticatorId = authenticatorId;
  }

  static async plugIn(page: Page, { transport = 'internal' }: DeviceOptions = {}): Promise<PasskeyDevice> {
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable');
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport,
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new PasskeyDevice(session, authenticatorId);
  }

  async unplug(): Promise<void> {
    await this.#session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: this.#authenticatorId });
  }
}
