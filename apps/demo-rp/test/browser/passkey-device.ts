import type { CDPSession, Page } from 'playwright-core';

export interface DeviceOptions {
  /** `internal` is the device itself, `usb` a security key. */
  transport?: 'internal' | 'usb';
  /** Checks fingerprint or PIN. */
  verifies?: boolean;
}

/** A virtual authenticator in a visitor's browser (WebAuthn L3 §11), over the DevTools protocol. */
export class PasskeyDevice {
  readonly #session: CDPSession;
  readonly #authenticatorId: string;

  private constructor(session: CDPSession, authenticatorId: string) {
    this.#session = session;
    this.#authenticatorId = authenticatorId;
  }

  static async plugIn(
    page: Page,
    { transport = 'internal', verifies = true }: DeviceOptions = {},
  ): Promise<PasskeyDevice> {
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable');
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport,
        hasResidentKey: true,
        hasUserVerification: verifies,
        isUserVerified: verifies,
        automaticPresenceSimulation: true,
      },
    });
    return new PasskeyDevice(session, authenticatorId);
  }

  /** Whether a finger is on the sensor: without it every question stays open. */
  async touch(present: boolean): Promise<void> {
    await this.#session.send('WebAuthn.setAutomaticPresenceSimulation', {
      authenticatorId: this.#authenticatorId,
      enabled: present,
    });
  }

  async unplug(): Promise<void> {
    await this.#session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: this.#authenticatorId });
  }
}
