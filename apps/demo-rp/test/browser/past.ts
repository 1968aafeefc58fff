import type { TestDatabase } from '@sparekey/testing';
import { AuthenticatorApp } from './authenticator-app.ts';
import type { Person } from './people.ts';

/** What else would need waiting, moved into the past of one product: all that tests write into its database. */
export class Past {
  readonly #database: TestDatabase;

  constructor(database: TestDatabase) {
    this.#database = database;
  }

  /**
   * What the app shows now, as a code that is good: codes used up to now count as used in the step before, so that no test
   * waits half a minute for the next one.
   */
  async freshCode({ username, app }: Person): Promise<string> {
    if (app === undefined) throw new Error(`${username} has no authenticator app`);
    const step = AuthenticatorApp.step();
    await this.#database.query(
      `update totp_authenticator set last_step = least(last_step, $2)
       where user_id in (select id from user_account where username = $1)`,
      [username, step - 1],
    );
    return app.code(step);
  }

  /** As if everybody had waited long enough after failures. */
  async forgiveAttempts(): Promise<void> {
    await this.#database.query('delete from attempt_counter');
  }

  /** As if all codes of the active set but the last `left` had been used up before. */
  async leaveCodes({ username }: Person, left: number): Promise<void> {
    await this.#database.query(
      `with set as (
         update backup_code_set set codes_left = $2
         where state = 'active' and user_id in (select id from user_account where username = $1)
         returning id, code_count)
       update backup_code set verifier = null, used_at = now()
       from set where set_id = set.id and index < set.code_count - $2`,
      [username, left],
    );
  }

  /** As if every recovery that waits had waited long enough. */
  async endCoolDowns(): Promise<void> {
    await this.#database.query(`update recovery_case set until = now() - interval '1 second' where until is not null`);
  }

  /** As if the person's set had been made long ago. */
  async expireCodes({ username }: Person): Promise<void> {
    await this.#database.query(
      `update backup_code_set set expires_at = now() - interval '1 day'
       where state = 'active' and user_id in (select id from user_account where username = $1)`,
      [username],
    );
  }

  /** As if an administrator had made the person without a password: what is set up since is all they have. */
  async forgetPassword({ username }: Person): Promise<void> {
    await this.#database.query(
      `delete from password_credential where user_id in (select id from user_account where username = $1)`,
      [username],
    );
  }

  /** As if the person had last proven anything `seconds` ago. */
  async ageSessions({ username }: Person, seconds: number): Promise<void> {
    await this.#database.query(
      `update oidc_session set payload =
         jsonb_set(payload::jsonb, '{loginTs}', to_jsonb((payload ->> 'loginTs')::bigint - $2::bigint))::json
       where account_id in (select id from user_account where username = $1)`,
      [username, seconds],
    );
  }

  /** As if the wait after too many failures were over; the failures still count. */
  async endWaits(): Promise<void> {
    await this.#database.query(`update attempt_counter set locked_until = now() - interval '1 second'`);
  }

  /** As if an administrator had disabled the person a moment ago. */
  async disable({ username }: Person): Promise<void> {
    await this.#database.query('update user_account set enabled = false where username = $1', [username]);
  }
}
