import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: people, and the accounts that stand for clients. user_login holds every name that leads to an account, its
 * normalised username and e-mail, under one primary key: nobody can take the e-mail of another as a username (or the
 * reverse), so what is typed at sign-in resolves to one account at most. A trigger keeps it; no writer can forget.
 * Normalisation (NFKC, trim, lower) is done by the application, because lower() depends on the database's locale.
 * Locks: new tables. Size: up to 10^7 people, 1 to 2 logins each.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table user_account (
      realm_id uuid not null references realm on delete cascade,
      id uuid not null default uuidv7(),
      username text not null,
      username_norm text not null check (username_norm <> '' and length(username_norm) <= 255),
      email text,
      email_norm text check (email_norm <> '' and length(email_norm) <= 320),
      email_verified boolean not null,
      phone_number text,
      phone_number_verified boolean not null,
      first_name text,
      last_name text,
      enabled boolean not null,
      locale text,
      attributes jsonb not null check (jsonb_typeof(attributes) = 'object'),
      required_actions text[] not null,
      service_account_client_id uuid,
      created_at timestamptz not null default now(),
      primary key (realm_id, id),
      check ((email is null) = (email_norm is null)),
      foreign key (realm_id, service_account_client_id) references client on delete cascade
    );
    create unique index user_account_username on user_account (realm_id, username_norm);
    create unique index user_account_email on user_account (realm_id, email_norm) where email_norm is not null;
    create unique index user_account_service_account on user_account (realm_id, service_account_client_id)
      where service_account_client_id is not null;

    create table user_login (
      realm_id uuid not null,
      login text not null,
      user_id uuid not null,
      primary key (realm_id, login),
      foreign key (realm_id, user_id) references user_account on delete cascade
    );
    create index user_login_of_user on user_login (realm_id, user_id);

    create function user_account_keep_logins() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' then
        delete from user_login
        where realm_id = new.realm_id and user_id = new.id
          and login not in (new.username_norm, coalesce(new.email_norm, new.username_norm));
      end if;
      insert into user_login (realm_id, login, user_id)
      select new.realm_id, login, new.id
      from (select new.username_norm as login union select new.email_norm) logins
      where login is not null
        and not exists (
          select from user_login known
          where known.realm_id = new.realm_id and known.login = logins.login and known.user_id = new.id
        );
      return null;
    end $$;
    create trigger user_account_logins after insert or update of username_norm, email_norm on user_account
      for each row execute function user_account_keep_logins();
  `);
}

export const down = forwardOnly;
