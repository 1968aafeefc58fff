-- Written by `npm run schema` in libs/storage. Do not edit: write a migration.

-- tables

table action_link
  realm_id uuid not null
  token_digest bytea not null
  purpose text not null
  user_id uuid not null
  data jsonb not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  used_at timestamp with time zone

table attempt_counter
  realm_id uuid not null
  factor text not null
  subject text not null
  failures integer not null
  locked_until timestamp with time zone
  last_at timestamp with time zone not null default now()

table audit_event partition by RANGE (at)
  realm_id uuid not null
  at timestamp(3) with time zone not null default now()
  id uuid not null default uuidv7()
  type text not null
  outcome text not null
  reason text
  organization_id uuid
  actor_kind text not null
  actor_id text
  subject_id uuid
  authenticator_id uuid
  backup_code_set_id uuid
  client_id text
  session_uid text
  sign_in_uid text
  ip inet
  user_agent text
  request_id text
  detail jsonb

table backup_code
  realm_id uuid not null
  user_id uuid not null
  set_id uuid not null
  index integer not null
  verifier bytea
  used_at timestamp with time zone

table backup_code_set
  realm_id uuid not null
  user_id uuid not null
  id uuid not null default uuidv7()
  state text not null
  scheme_version integer not null
  memory_kib integer not null
  iterations integer not null
  parallelism integer not null
  pepper_id text not null
  salt bytea not null
  code_length integer not null
  group_length integer not null
  code_count integer not null
  codes_left integer not null
  created_at timestamp with time zone not null default now()
  confirmed_at timestamp with time zone
  expires_at timestamp with time zone not null
  last_used_at timestamp with time zone
  ended_at timestamp with time zone
  ended_reason text
  reminded_days integer
  selection text not null default 'any'::text

table break_glass_code
  realm_id uuid not null
  set_id uuid not null
  index integer not null
  verifier bytea
  used_at timestamp with time zone

table break_glass_opening
  realm_id uuid not null
  user_id uuid not null
  id uuid not null default uuidv7()
  set_id uuid not null
  code_index integer not null
  digest bytea not null
  made_account boolean not null
  opened_by text not null
  opened_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  used_at timestamp with time zone
  closed_at timestamp with time zone
  closed_by text

table break_glass_set
  realm_id uuid not null
  id uuid not null default uuidv7()
  scheme_version integer not null
  memory_kib integer not null
  iterations integer not null
  parallelism integer not null
  pepper_id text not null
  salt bytea not null
  code_length integer not null
  created_at timestamp with time zone not null default now()
  created_by text not null
  ended_at timestamp with time zone
  ended_reason text

table client
  realm_id uuid not null
  id uuid not null default uuidv7()
  client_id text not null
  name text
  description text
  enabled boolean not null
  public_client boolean not null
  secret_sealed bytea
  redirect_uris text[] not null
  post_logout_redirect_uris text[] not null
  web_origins text[] not null
  standard_flow boolean not null
  service_account boolean not null
  consent_required boolean not null
  base_url text
  backchannel_logout_url text
  backchannel_logout_session_required boolean not null
  id_token_alg text not null
  scopes text[] not null
  attributes jsonb not null
  created_at timestamp with time zone not null default now()

table contact_before
  realm_id uuid not null
  user_id uuid not null
  kind text not null
  address text not null
  stood_from timestamp with time zone
  stood_until timestamp with time zone not null default clock_timestamp()

table demo_message
  realm_id uuid not null
  id uuid not null default uuidv7()
  kind text not null
  recipient text not null
  subject text not null
  body text not null
  created_at timestamp with time zone not null default now()

table device
  realm_id uuid not null
  user_id uuid not null
  id uuid not null default uuidv7()
  secret_hash bytea not null
  user_agent text
  ip inet
  created_at timestamp with time zone not null default now()
  last_seen_at timestamp with time zone not null default now()
  trusted_at timestamp with time zone

table "group"
  realm_id uuid not null
  id uuid not null default uuidv7()
  parent_id uuid
  name text not null
  path text not null
  attributes jsonb not null

table group_role
  realm_id uuid not null
  group_id uuid not null
  role_id uuid not null

table network_counter
  realm_id uuid not null
  network text not null
  slot bigint not null
  failures integer[] not null
  last_at timestamp with time zone not null default now()

table oidc_grant
  realm_id uuid not null
  id text not null
  account_id uuid
  client_id text
  payload json
  expires_at timestamp with time zone not null
  destroyed_at timestamp with time zone

table oidc_interaction
  realm_id uuid not null
  id bytea not null
  session_uid text
  grant_id text
  account_id uuid
  payload json
  expires_at timestamp with time zone not null
  destroyed_at timestamp with time zone

table oidc_session
  realm_id uuid not null
  id bytea not null
  uid text not null
  account_id uuid
  payload json
  ip text
  user_agent text
  created_at timestamp with time zone not null default now()
  last_seen_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  destroyed_at timestamp with time zone
  ended boolean not null default false

table oidc_token
  realm_id uuid not null
  kind oidc_token_kind not null
  id bytea not null
  grant_id text
  session_uid text
  account_id uuid
  user_code bytea
  payload json
  expires_at timestamp with time zone not null
  consumed_at timestamp with time zone
  destroyed_at timestamp with time zone

table organization
  realm_id uuid not null
  id uuid not null default uuidv7()
  name text not null
  alias text not null
  description text
  enabled boolean not null
  attributes jsonb not null
  created_at timestamp with time zone not null default now()
  policy jsonb not null default '{}'::jsonb

table organization_domain
  realm_id uuid not null
  name text not null
  organization_id uuid not null
  verified boolean not null

table organization_member
  realm_id uuid not null
  organization_id uuid not null
  user_id uuid not null
  joined_at timestamp with time zone not null default now()

table outbox
  realm_id uuid not null
  id uuid not null default uuidv7()
  kind text not null
  payload jsonb not null
  created_at timestamp with time zone not null default now()
  attempts integer not null default 0
  next_at timestamp with time zone not null default now()
  last_error text
  delivered_at timestamp with time zone
  dead_at timestamp with time zone
  sealed bytea

table password_credential
  realm_id uuid not null
  user_id uuid not null
  id uuid not null default uuidv7()
  phc text not null
  created_at timestamp with time zone not null default now()
  last_used_at timestamp with time zone

table policy_version
  realm_id uuid not null
  scope text not null
  version integer not null
  organization_id uuid
  changes jsonb not null
  changed_by text not null
  changed_at timestamp with time zone not null default now()

table realm
  id uuid not null default uuidv7()
  name text not null
  display_name text
  enabled boolean not null default true
  policy jsonb not null
  attributes jsonb not null default '{}'::jsonb
  version bigint not null default 1
  created_at timestamp with time zone not null default now()

table recovery_case
  realm_id uuid not null
  user_id uuid not null
  id uuid not null default uuidv7()
  sign_in_uid text not null
  by text not null
  level text not null
  score integer not null
  reasons text[] not null
  demands text not null
  waits_for text
  state text not null
  until timestamp with time zone
  approvals text[] not null default '{}'::text[]
  approvals_needed integer not null
  lost uuid[] not null default '{}'::uuid[]
  bearer_hash bytea not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null

table recovery_pass
  realm_id uuid not null
  user_id uuid not null
  id uuid not null default uuidv7()
  digest bytea not null
  issued_by text not null
  needs_approval boolean not null
  approved_by text
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  used_at timestamp with time zone
  revoked_at timestamp with time zone
  usable_at timestamp with time zone not null default now()

table role
  realm_id uuid not null
  id uuid not null default uuidv7()
  client_id uuid
  name text not null
  description text
  attributes jsonb not null

table role_composite
  realm_id uuid not null
  parent_id uuid not null
  child_id uuid not null

table scim_connection
  realm_id uuid not null
  id uuid not null default uuidv7()
  name text not null
  organization_id uuid
  kind text not null
  profile text not null
  state text not null
  state_reason text
  state_since timestamp with time zone not null default now()
  settings jsonb not null
  secret_sealed bytea
  version integer not null default 1
  created_at timestamp with time zone not null default now()
  mapped jsonb

table scim_dirty
  id bigint not null
  realm_id uuid not null
  connection_id uuid
  kind text not null
  local_id uuid not null

table scim_event
  realm_id uuid not null
  connection_id uuid not null
  id uuid not null default uuidv7()
  at timestamp with time zone not null default now()
  kind text not null
  local_id uuid not null
  remote_id text
  action text not null
  attributes text[] not null default '{}'::text[]
  failure text
  why text

table scim_finding
  realm_id uuid not null
  connection_id uuid not null
  run_id uuid not null
  kind text not null
  local_id uuid not null
  remote_id text
  what text not null
  attributes text[] not null default '{}'::text[]
  failure text
  why text

table scim_group_member
  realm_id uuid not null
  group_id uuid not null
  member_id uuid not null

table scim_link
  realm_id uuid not null
  connection_id uuid not null
  kind text not null
  local_id uuid not null
  remote_id text
  sent jsonb not null default '{}'::jsonb
  etag text
  active boolean not null default false
  waits_for text[] not null default '{}'::text[]
  disabled_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()

table scim_pace
  realm_id uuid not null
  connection_id uuid not null
  not_before timestamp with time zone not null default '-infinity'::timestamp with time zone
  tokens double precision not null default 1
  refilled_at timestamp with time zone not null default now()
  failures integer not null default 0
  window_began_at timestamp with time zone not null default now()
  writes integer not null default 0
  refused integer not null default 0
  announced jsonb not null default '{}'::jsonb
  announced_at timestamp with time zone
  reconciled_version integer not null default 0
  watermark timestamp with time zone
  pulled_at timestamp with time zone
  pulled_full_at timestamp with time zone
  pull_lease_until timestamp with time zone
  pull_lease uuid

table scim_resource
  realm_id uuid not null
  id uuid not null default uuidv7()
  connection_id uuid
  resource_type text not null
  external_id text
  data jsonb not null
  search jsonb not null
  version bigint not null default 1
  created_at timestamp with time zone not null default now()
  modified_at timestamp with time zone not null default now()

table scim_run
  realm_id uuid not null
  connection_id uuid not null
  id uuid not null default uuidv7()
  kind text not null
  asked_by text not null
  began_at timestamp with time zone not null default now()
  ended_at timestamp with time zone
  scheduled integer not null default 0
  outcome jsonb not null default '{}'::jsonb
  state text not null default 'running'::text
  place jsonb
  why text
  repairs boolean not null default false
  lease uuid
  lease_until timestamp with time zone
  walked_at timestamp with time zone

table scim_security_event
  realm_id uuid not null
  id uuid not null default uuidv7()
  connection_id uuid not null
  event text not null
  resource_type text not null
  resource_id uuid not null
  external_id text
  attributes text[] not null
  created_at timestamp with time zone not null default now()
  attempts integer not null default 0
  next_at timestamp with time zone not null default now()
  last_error text

table scim_seen
  realm_id uuid not null
  connection_id uuid not null
  run_id uuid not null
  kind text not null
  remote_id text not null

table scim_task
  realm_id uuid not null
  connection_id uuid not null
  kind text not null
  local_id uuid not null
  generation integer not null default 1
  state text not null default 'open'::text
  allowed boolean not null default false
  attempt integer not null default 0
  run_after timestamp with time zone not null default now()
  failing_since timestamp with time zone
  lease_until timestamp with time zone
  lease uuid
  failure text
  why text
  created_at timestamp with time zone not null default now()
  adoption_of text
  afresh boolean not null default false

table scim_token
  realm_id uuid not null
  id uuid not null default uuidv7()
  connection_id uuid not null
  label text not null
  hash bytea not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  last_used_at timestamp with time zone
  warned_at timestamp with time zone

table scim_tombstone
  realm_id uuid not null
  id uuid not null
  connection_id uuid
  resource_type text not null
  deleted_at timestamp with time zone not null default now()

table scim_unique
  realm_id uuid not null
  connection_id uuid not null
  attribute text not null
  value text not null
  resource_id uuid not null

table seal_check
  key_id text not null
  sealed bytea not null
  is_current boolean not null
  created_at timestamp with time zone not null default now()

table second_factor_grace
  realm_id uuid not null
  user_id uuid not null
  began_at timestamp with time zone not null default now()

table send_counter
  realm_id uuid not null
  key text not null
  window_seconds integer not null
  slot bigint not null
  sent integer not null
  last_at timestamp with time zone not null default now()

table sent_code
  realm_id uuid not null
  sign_in_uid text not null
  kind text not null
  user_id uuid
  digest bytea not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  used_at timestamp with time zone

table sign_in
  realm_id uuid not null
  uid text not null
  version integer not null default 1
  state jsonb not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  saved_at timestamp with time zone not null default now()
  proven_at timestamp with time zone

table signing_key
  realm_id uuid not null
  kid text not null
  alg text not null
  state text not null
  private_jwk_sealed bytea not null
  created_at timestamp with time zone not null default now()
  state_changed_at timestamp with time zone not null default now()

table totp_authenticator
  realm_id uuid not null
  user_id uuid not null
  id uuid not null default uuidv7()
  label text not null
  secret_sealed bytea not null
  algorithm text not null
  digits integer not null
  period_seconds integer not null
  last_step bigint not null
  drift_steps integer not null
  created_at timestamp with time zone not null default now()
  confirmed_at timestamp with time zone
  last_used_at timestamp with time zone

table user_account
  realm_id uuid not null
  id uuid not null default uuidv7()
  username text not null
  username_norm text not null
  email text
  email_norm text
  email_verified boolean not null
  phone_number text
  phone_number_verified boolean not null
  first_name text
  last_name text
  enabled boolean not null
  locale text
  attributes jsonb not null
  required_actions text[] not null
  service_account_client_id uuid
  created_at timestamp with time zone not null default now()
  recovery_frozen_until timestamp with time zone
  phone_number_changed_at timestamp with time zone
  sessions_ended_at timestamp with time zone
  email_changed_at timestamp with time zone

table user_consent
  realm_id uuid not null
  user_id uuid not null
  client_id uuid not null
  scopes text[] not null
  claims text[] not null
  granted_at timestamp with time zone not null default now()

table user_group
  realm_id uuid not null
  user_id uuid not null
  group_id uuid not null

table user_login
  realm_id uuid not null
  login text not null
  user_id uuid not null

table user_role
  realm_id uuid not null
  user_id uuid not null
  role_id uuid not null

table webauthn_authenticator
  realm_id uuid not null
  user_id uuid not null
  id uuid not null default uuidv7()
  credential_id bytea not null
  public_key bytea not null
  counter bigint not null
  transports text[] not null
  aaguid uuid not null
  backup_eligible boolean not null
  backed_up boolean not null
  user_verified boolean not null
  label text not null
  created_at timestamp with time zone not null default now()
  last_used_at timestamp with time zone
  counter_regressed_at timestamp with time zone

table webauthn_challenge
  realm_id uuid not null
  place text not null
  purpose text not null
  user_id uuid
  challenge bytea not null
  expires_at timestamp with time zone not null
  used_at timestamp with time zone

table webhook_secret
  id uuid not null
  receiver text not null
  secret_sealed bytea not null
  created_at timestamp with time zone not null default now()
  ends_at timestamp with time zone

-- constraints

constraint action_link_data_check on action_link: CHECK ((jsonb_typeof(data) = 'object'::text))

constraint action_link_pkey on action_link: PRIMARY KEY (realm_id, token_digest)

constraint action_link_purpose_check on action_link: CHECK (((purpose <> ''::text) AND (length(purpose) <= 64)))

constraint action_link_realm_id_user_id_fkey on action_link: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint action_link_token_digest_check on action_link: CHECK ((length(token_digest) = 32))

constraint attempt_counter_factor_check on attempt_counter: CHECK ((factor = ANY (ARRAY['password'::text, 'totp'::text, 'webauthn'::text, 'sms'::text, 'email'::text, 'backup_code'::text, 'network'::text])))

constraint attempt_counter_pkey on attempt_counter: PRIMARY KEY (realm_id, factor, subject)

constraint attempt_counter_subject_check on attempt_counter: CHECK ((length(subject) <= 255))

constraint audit_event_actor_kind_check on audit_event: CHECK ((actor_kind = ANY (ARRAY['user'::text, 'client'::text, 'operator'::text, 'system'::text, 'anonymous'::text])))

constraint audit_event_detail_check on audit_event: CHECK ((jsonb_typeof(detail) = 'object'::text))

constraint audit_event_outcome_check on audit_event: CHECK ((outcome = ANY (ARRAY['success'::text, 'failure'::text, 'denied'::text])))

constraint audit_event_pkey on audit_event: PRIMARY KEY (realm_id, at, id)

constraint backup_code_check on backup_code: CHECK (((verifier IS NULL) OR (used_at IS NULL)))

constraint backup_code_index_check on backup_code: CHECK ((index >= 0))

constraint backup_code_pkey on backup_code: PRIMARY KEY (realm_id, user_id, set_id, index)

constraint backup_code_realm_id_user_id_set_id_fkey on backup_code: FOREIGN KEY (realm_id, user_id, set_id) REFERENCES backup_code_set(realm_id, user_id, id) ON DELETE CASCADE

constraint backup_code_set_check on backup_code_set: CHECK (((codes_left >= 0) AND (codes_left <= code_count)))

constraint backup_code_set_check1 on backup_code_set: CHECK (((state = 'ended'::text) = (ended_at IS NOT NULL)))

constraint backup_code_set_check2 on backup_code_set: CHECK (((state = 'ended'::text) = (ended_reason IS NOT NULL)))

constraint backup_code_set_check3 on backup_code_set: CHECK (((state <> 'active'::text) OR (confirmed_at IS NOT NULL)))

constraint backup_code_set_code_count_check on backup_code_set: CHECK ((code_count > 0))

constraint backup_code_set_ended_reason_check on backup_code_set: CHECK ((ended_reason = ANY (ARRAY['regenerated'::text, 'revoked'::text, 'expired'::text, 'abandoned'::text, 'factor_removed'::text])))

constraint backup_code_set_pkey on backup_code_set: PRIMARY KEY (realm_id, user_id, id)

constraint backup_code_set_realm_id_user_id_fkey on backup_code_set: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint backup_code_set_salt_check on backup_code_set: CHECK ((length(salt) >= 16))

constraint backup_code_set_selection_check on backup_code_set: CHECK ((selection = ANY (ARRAY['any'::text, 'numbered'::text])))

constraint backup_code_set_state_check on backup_code_set: CHECK ((state = ANY (ARRAY['pending'::text, 'active'::text, 'ended'::text])))

constraint break_glass_code_check on break_glass_code: CHECK (((verifier IS NULL) OR (used_at IS NULL)))

constraint break_glass_code_index_check on break_glass_code: CHECK ((index >= 0))

constraint break_glass_code_pkey on break_glass_code: PRIMARY KEY (realm_id, set_id, index)

constraint break_glass_code_realm_id_set_id_fkey on break_glass_code: FOREIGN KEY (realm_id, set_id) REFERENCES break_glass_set(realm_id, id) ON DELETE CASCADE

constraint break_glass_opening_check on break_glass_opening: CHECK (((closed_at IS NULL) = (closed_by IS NULL)))

constraint break_glass_opening_digest_check on break_glass_opening: CHECK ((length(digest) = 32))

constraint break_glass_opening_pkey on break_glass_opening: PRIMARY KEY (realm_id, id)

constraint break_glass_opening_realm_id_set_id_code_index_key on break_glass_opening: UNIQUE (realm_id, set_id, code_index)

constraint break_glass_opening_realm_id_user_id_fkey on break_glass_opening: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint break_glass_set_check on break_glass_set: CHECK (((ended_at IS NULL) = (ended_reason IS NULL)))

constraint break_glass_set_ended_reason_check on break_glass_set: CHECK ((ended_reason = ANY (ARRAY['replaced'::text, 'revoked'::text])))

constraint break_glass_set_pkey on break_glass_set: PRIMARY KEY (realm_id, id)

constraint break_glass_set_realm_id_fkey on break_glass_set: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint break_glass_set_salt_check on break_glass_set: CHECK ((length(salt) >= 16))

constraint client_attributes_check on client: CHECK ((jsonb_typeof(attributes) = 'object'::text))

constraint client_client_id_check on client: CHECK (((client_id <> ''::text) AND (length(client_id) <= 255)))

constraint client_id_token_alg_check on client: CHECK ((id_token_alg = ANY (ARRAY['ES256'::text, 'RS256'::text, 'EdDSA'::text])))

constraint client_pkey on client: PRIMARY KEY (realm_id, id)

constraint client_realm_id_client_id_key on client: UNIQUE (realm_id, client_id)

constraint client_realm_id_fkey on client: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint contact_before_kind_check on contact_before: CHECK ((kind = ANY (ARRAY['email'::text, 'sms'::text])))

constraint contact_before_pkey on contact_before: PRIMARY KEY (realm_id, user_id, kind, stood_until)

constraint contact_before_realm_id_user_id_fkey on contact_before: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint demo_message_pkey on demo_message: PRIMARY KEY (realm_id, id)

constraint demo_message_realm_id_fkey on demo_message: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint device_pkey on device: PRIMARY KEY (realm_id, user_id, id)

constraint device_realm_id_user_id_fkey on device: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint device_secret_hash_check on device: CHECK ((length(secret_hash) = 32))

constraint device_user_agent_check on device: CHECK ((length(user_agent) <= 512))

constraint group_attributes_check on "group": CHECK ((jsonb_typeof(attributes) = 'object'::text))

constraint group_name_check on "group": CHECK (((name <> ''::text) AND (length(name) <= 255)))

constraint group_pkey on "group": PRIMARY KEY (realm_id, id)

constraint group_realm_id_fkey on "group": FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint group_realm_id_parent_id_fkey on "group": FOREIGN KEY (realm_id, parent_id) REFERENCES "group"(realm_id, id) ON DELETE CASCADE

constraint group_realm_id_parent_id_name_key on "group": UNIQUE NULLS NOT DISTINCT (realm_id, parent_id, name)

constraint group_realm_id_path_key on "group": UNIQUE (realm_id, path)

constraint group_role_pkey on group_role: PRIMARY KEY (realm_id, group_id, role_id)

constraint group_role_realm_id_group_id_fkey on group_role: FOREIGN KEY (realm_id, group_id) REFERENCES "group"(realm_id, id) ON DELETE CASCADE

constraint group_role_realm_id_role_id_fkey on group_role: FOREIGN KEY (realm_id, role_id) REFERENCES role(realm_id, id) ON DELETE CASCADE

constraint network_counter_network_check on network_counter: CHECK ((length(network) <= 64))

constraint network_counter_pkey on network_counter: PRIMARY KEY (realm_id, network)

constraint oidc_grant_check on oidc_grant: CHECK (((payload IS NULL) = (destroyed_at IS NOT NULL)))

constraint oidc_grant_pkey on oidc_grant: PRIMARY KEY (realm_id, id)

constraint oidc_interaction_check on oidc_interaction: CHECK (((payload IS NULL) = (destroyed_at IS NOT NULL)))

constraint oidc_interaction_id_check on oidc_interaction: CHECK ((length(id) = 32))

constraint oidc_interaction_pkey on oidc_interaction: PRIMARY KEY (realm_id, id)

constraint oidc_session_check on oidc_session: CHECK (((NOT ended) OR (destroyed_at IS NOT NULL)))

constraint oidc_session_check1 on oidc_session: CHECK (((payload IS NULL) = (destroyed_at IS NOT NULL)))

constraint oidc_session_id_check on oidc_session: CHECK ((length(id) = 32))

constraint oidc_session_pkey on oidc_session: PRIMARY KEY (realm_id, id)

constraint oidc_token_check on oidc_token: CHECK (((payload IS NULL) = (destroyed_at IS NOT NULL)))

constraint oidc_token_id_check on oidc_token: CHECK ((length(id) = 32))

constraint oidc_token_pkey on oidc_token: PRIMARY KEY (realm_id, kind, id)

constraint oidc_token_user_code_check on oidc_token: CHECK ((length(user_code) = 32))

constraint organization_alias_check on organization: CHECK (((alias <> ''::text) AND (length(alias) <= 255)))

constraint organization_attributes_check on organization: CHECK ((jsonb_typeof(attributes) = 'object'::text))

constraint organization_name_check on organization: CHECK (((name <> ''::text) AND (length(name) <= 255)))

constraint organization_pkey on organization: PRIMARY KEY (realm_id, id)

constraint organization_policy_check on organization: CHECK ((jsonb_typeof(policy) = 'object'::text))

constraint organization_realm_id_alias_key on organization: UNIQUE (realm_id, alias)

constraint organization_realm_id_fkey on organization: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint organization_realm_id_name_key on organization: UNIQUE (realm_id, name)

constraint organization_domain_name_check on organization_domain: CHECK (((name = lower(name)) AND (name <> ''::text)))

constraint organization_domain_pkey on organization_domain: PRIMARY KEY (realm_id, name)

constraint organization_domain_realm_id_organization_id_fkey on organization_domain: FOREIGN KEY (realm_id, organization_id) REFERENCES organization(realm_id, id) ON DELETE CASCADE

constraint organization_member_pkey on organization_member: PRIMARY KEY (realm_id, organization_id, user_id)

constraint organization_member_realm_id_organization_id_fkey on organization_member: FOREIGN KEY (realm_id, organization_id) REFERENCES organization(realm_id, id) ON DELETE CASCADE

constraint organization_member_realm_id_user_id_fkey on organization_member: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint outbox_check on outbox: CHECK (((delivered_at IS NULL) OR (dead_at IS NULL)))

constraint outbox_check1 on outbox: CHECK (((sealed IS NULL) OR ((delivered_at IS NULL) AND (dead_at IS NULL))))

constraint outbox_payload_check on outbox: CHECK ((jsonb_typeof(payload) = 'object'::text))

constraint outbox_pkey on outbox: PRIMARY KEY (realm_id, id)

constraint outbox_realm_id_fkey on outbox: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint password_credential_phc_check on password_credential: CHECK ((phc ~~ '$%'::text))

constraint password_credential_pkey on password_credential: PRIMARY KEY (realm_id, user_id)

constraint password_credential_realm_id_user_id_fkey on password_credential: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint policy_version_changed_by_check on policy_version: CHECK (((length(changed_by) >= 1) AND (length(changed_by) <= 255)))

constraint policy_version_changes_check on policy_version: CHECK ((jsonb_typeof(changes) = 'array'::text))

constraint policy_version_check on policy_version: CHECK ((scope = COALESCE((organization_id)::text, 'realm'::text)))

constraint policy_version_pkey on policy_version: PRIMARY KEY (realm_id, scope, version)

constraint policy_version_realm_id_fkey on policy_version: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint policy_version_realm_id_organization_id_fkey on policy_version: FOREIGN KEY (realm_id, organization_id) REFERENCES organization(realm_id, id) ON DELETE CASCADE

constraint policy_version_scope_check on policy_version: CHECK (((scope = 'realm'::text) OR (scope ~ '^[0-9a-f-]{36}$'::text)))

constraint policy_version_version_check on policy_version: CHECK ((version > 0))

constraint realm_attributes_check on realm: CHECK ((jsonb_typeof(attributes) = 'object'::text))

constraint realm_name_check on realm: CHECK ((name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'::text))

constraint realm_name_key on realm: UNIQUE (name)

constraint realm_pkey on realm: PRIMARY KEY (id)

constraint realm_policy_check on realm: CHECK ((jsonb_typeof(policy) = 'object'::text))

constraint recovery_case_approvals_needed_check on recovery_case: CHECK (((approvals_needed >= 1) AND (approvals_needed <= 5)))

constraint recovery_case_bearer_hash_check on recovery_case: CHECK ((length(bearer_hash) = 32))

constraint recovery_case_by_check on recovery_case: CHECK ((by = ANY (ARRAY['backup_code'::text, 'pass'::text, 'break_glass'::text])))

constraint recovery_case_check on recovery_case: CHECK (((demands = 'waiting'::text) = (waits_for IS NOT NULL)))

constraint recovery_case_check1 on recovery_case: CHECK (((NOT (waits_for IS DISTINCT FROM 'cool_down'::text)) = (until IS NOT NULL)))

constraint recovery_case_check2 on recovery_case: CHECK (((state <> 'waiting'::text) OR (demands = 'waiting'::text)))

constraint recovery_case_demands_check on recovery_case: CHECK ((demands = ANY (ARRAY['nothing'::text, 'other_channel'::text, 'waiting'::text])))

constraint recovery_case_level_check on recovery_case: CHECK ((level = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text])))

constraint recovery_case_pkey on recovery_case: PRIMARY KEY (realm_id, id)

constraint recovery_case_realm_id_user_id_fkey on recovery_case: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint recovery_case_score_check on recovery_case: CHECK (((score >= 0) AND (score <= 100)))

constraint recovery_case_sign_in_uid_check on recovery_case: CHECK (((sign_in_uid <> ''::text) AND (length(sign_in_uid) <= 128)))

constraint recovery_case_state_check on recovery_case: CHECK ((state = ANY (ARRAY['open'::text, 'waiting'::text, 'approved'::text, 'vetoed'::text, 'done'::text])))

constraint recovery_case_waits_for_check on recovery_case: CHECK ((waits_for = ANY (ARRAY['cool_down'::text, 'approval'::text])))

constraint recovery_pass_check on recovery_pass: CHECK ((approved_by <> issued_by))

constraint recovery_pass_check1 on recovery_pass: CHECK ((approved_by <> (user_id)::text))

constraint recovery_pass_digest_check on recovery_pass: CHECK ((length(digest) = 32))

constraint recovery_pass_pkey on recovery_pass: PRIMARY KEY (realm_id, user_id, id)

constraint recovery_pass_realm_id_user_id_fkey on recovery_pass: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint role_attributes_check on role: CHECK ((jsonb_typeof(attributes) = 'object'::text))

constraint role_name_check on role: CHECK (((name <> ''::text) AND (length(name) <= 255)))

constraint role_pkey on role: PRIMARY KEY (realm_id, id)

constraint role_realm_id_client_id_fkey on role: FOREIGN KEY (realm_id, client_id) REFERENCES client(realm_id, id) ON DELETE CASCADE

constraint role_realm_id_client_id_name_key on role: UNIQUE NULLS NOT DISTINCT (realm_id, client_id, name)

constraint role_realm_id_fkey on role: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint role_composite_pkey on role_composite: PRIMARY KEY (realm_id, parent_id, child_id)

constraint role_composite_realm_id_child_id_fkey on role_composite: FOREIGN KEY (realm_id, child_id) REFERENCES role(realm_id, id) ON DELETE CASCADE

constraint role_composite_realm_id_parent_id_fkey on role_composite: FOREIGN KEY (realm_id, parent_id) REFERENCES role(realm_id, id) ON DELETE CASCADE

constraint scim_connection_kind_check on scim_connection: CHECK ((kind = ANY (ARRAY['server'::text, 'target'::text, 'source'::text])))

constraint scim_connection_name_check on scim_connection: CHECK ((name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9]|)$'::text))

constraint scim_connection_pkey on scim_connection: PRIMARY KEY (realm_id, id)

constraint scim_connection_profile_check on scim_connection: CHECK ((profile ~ '^[a-z_]{1,32}$'::text))

constraint scim_connection_realm_id_fkey on scim_connection: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint scim_connection_realm_id_name_key on scim_connection: UNIQUE (realm_id, name)

constraint scim_connection_realm_id_organization_id_fkey on scim_connection: FOREIGN KEY (realm_id, organization_id) REFERENCES organization(realm_id, id) ON DELETE CASCADE

constraint scim_connection_settings_check on scim_connection: CHECK ((jsonb_typeof(settings) = 'object'::text))

constraint scim_connection_state_check on scim_connection: CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text, 'quarantined'::text, 'disabled'::text])))

constraint scim_connection_state_reason_check on scim_connection: CHECK ((length(state_reason) <= 500))

constraint scim_connection_version_check on scim_connection: CHECK ((version > 0))

constraint scim_dirty_pkey on scim_dirty: PRIMARY KEY (id)

constraint scim_dirty_realm_id_connection_id_fkey on scim_dirty: FOREIGN KEY (realm_id, connection_id) REFERENCES scim_connection(realm_id, id) ON DELETE CASCADE

constraint scim_dirty_realm_id_fkey on scim_dirty: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint scim_event_kind_check on scim_event: CHECK ((kind = ANY (ARRAY['user'::text, 'group'::text])))

constraint scim_event_pkey on scim_event: PRIMARY KEY (realm_id, connection_id, id)

constraint scim_event_realm_id_connection_id_fkey on scim_event: FOREIGN KEY (realm_id, connection_id) REFERENCES scim_connection(realm_id, id) ON DELETE CASCADE

constraint scim_event_why_check on scim_event: CHECK ((length(why) <= 500))

constraint scim_finding_kind_check on scim_finding: CHECK ((kind = ANY (ARRAY['user'::text, 'group'::text])))

constraint scim_finding_pkey on scim_finding: PRIMARY KEY (realm_id, connection_id, run_id, kind, local_id)

constraint scim_finding_realm_id_connection_id_run_id_fkey on scim_finding: FOREIGN KEY (realm_id, connection_id, run_id) REFERENCES scim_run(realm_id, connection_id, id) ON DELETE CASCADE

constraint scim_finding_why_check on scim_finding: CHECK ((length(why) <= 500))

constraint scim_group_member_pkey on scim_group_member: PRIMARY KEY (realm_id, group_id, member_id)

constraint scim_group_member_realm_id_group_id_fkey on scim_group_member: FOREIGN KEY (realm_id, group_id) REFERENCES "group"(realm_id, id) ON DELETE CASCADE

constraint scim_group_member_realm_id_member_id_fkey on scim_group_member: FOREIGN KEY (realm_id, member_id) REFERENCES "group"(realm_id, id) ON DELETE CASCADE

constraint scim_link_kind_check on scim_link: CHECK ((kind = ANY (ARRAY['user'::text, 'group'::text])))

constraint scim_link_pkey on scim_link: PRIMARY KEY (realm_id, connection_id, kind, local_id)

constraint scim_link_realm_id_connection_id_fkey on scim_link: FOREIGN KEY (realm_id, connection_id) REFERENCES scim_connection(realm_id, id) ON DELETE CASCADE

constraint scim_link_remote_id_check on scim_link: CHECK (((remote_id <> ''::text) AND (length(remote_id) <= 1024)))

constraint scim_link_sent_check on scim_link: CHECK ((jsonb_typeof(sent) = 'object'::text))

constraint scim_pace_announced_check on scim_pace: CHECK ((jsonb_typeof(announced) = 'object'::text))

constraint scim_pace_pkey on scim_pace: PRIMARY KEY (realm_id, connection_id)

constraint scim_pace_realm_id_connection_id_fkey on scim_pace: FOREIGN KEY (realm_id, connection_id) REFERENCES scim_connection(realm_id, id) ON DELETE CASCADE

constraint scim_resource_data_check on scim_resource: CHECK ((jsonb_typeof(data) = 'object'::text))

constraint scim_resource_pkey on scim_resource: PRIMARY KEY (realm_id, id)

constraint scim_resource_realm_id_connection_id_fkey on scim_resource: FOREIGN KEY (realm_id, connection_id) REFERENCES scim_connection(realm_id, id) ON DELETE SET NULL (connection_id)

constraint scim_resource_realm_id_fkey on scim_resource: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint scim_resource_resource_type_check on scim_resource: CHECK ((resource_type ~ '^[A-Za-z][A-Za-z0-9]{0,63}$'::text))

constraint scim_resource_search_check on scim_resource: CHECK ((jsonb_typeof(search) = 'object'::text))

constraint scim_run_asked_by_check on scim_run: CHECK (((length(asked_by) >= 1) AND (length(asked_by) <= 255)))

constraint scim_run_ended on scim_run: CHECK (((ended_at IS NOT NULL) = (state = ANY (ARRAY['done'::text, 'failed'::text]))))

constraint scim_run_kind_check on scim_run: CHECK ((kind = ANY (ARRAY['full'::text, 'drift'::text, 'pull'::text, 'delta'::text, 'preview'::text])))

constraint scim_run_outcome_check on scim_run: CHECK ((jsonb_typeof(outcome) = 'object'::text))

constraint scim_run_pkey on scim_run: PRIMARY KEY (realm_id, connection_id, id)

constraint scim_run_place_check on scim_run: CHECK ((jsonb_typeof(place) = 'object'::text))

constraint scim_run_realm_id_connection_id_fkey on scim_run: FOREIGN KEY (realm_id, connection_id) REFERENCES scim_connection(realm_id, id) ON DELETE CASCADE

constraint scim_run_state_check on scim_run: CHECK ((state = ANY (ARRAY['asked'::text, 'running'::text, 'done'::text, 'failed'::text])))

constraint scim_run_why_check on scim_run: CHECK ((length(why) <= 500))

constraint scim_security_event_event_check on scim_security_event: CHECK ((event = ANY (ARRAY['create'::text, 'put'::text, 'patch'::text, 'activate'::text, 'deactivate'::text, 'delete'::text])))

constraint scim_security_event_pkey on scim_security_event: PRIMARY KEY (realm_id, id)

constraint scim_security_event_realm_id_connection_id_fkey on scim_security_event: FOREIGN KEY (realm_id, connection_id) REFERENCES scim_connection(realm_id, id) ON DELETE CASCADE

constraint scim_seen_kind_check on scim_seen: CHECK ((kind = ANY (ARRAY['user'::text, 'group'::text])))

constraint scim_seen_pkey on scim_seen: PRIMARY KEY (realm_id, connection_id, run_id, kind, remote_id)

constraint scim_seen_realm_id_connection_id_run_id_fkey on scim_seen: FOREIGN KEY (realm_id, connection_id, run_id) REFERENCES scim_run(realm_id, connection_id, id) ON DELETE CASCADE

constraint scim_task_kind_check on scim_task: CHECK ((kind = ANY (ARRAY['user'::text, 'group'::text])))

constraint scim_task_pkey on scim_task: PRIMARY KEY (realm_id, connection_id, kind, local_id)

constraint scim_task_realm_id_connection_id_fkey on scim_task: FOREIGN KEY (realm_id, connection_id) REFERENCES scim_connection(realm_id, id) ON DELETE CASCADE

constraint scim_task_state_check on scim_task: CHECK ((state = ANY (ARRAY['open'::text, 'dead'::text, 'staged'::text, 'asking'::text])))

constraint scim_task_why_check on scim_task: CHECK ((length(why) <= 500))

constraint scim_token_hash_check on scim_token: CHECK ((length(hash) = 32))

constraint scim_token_label_check on scim_token: CHECK (((label <> ''::text) AND (length(label) <= 100)))

constraint scim_token_pkey on scim_token: PRIMARY KEY (realm_id, id)

constraint scim_token_realm_id_connection_id_fkey on scim_token: FOREIGN KEY (realm_id, connection_id) REFERENCES scim_connection(realm_id, id) ON DELETE CASCADE

constraint scim_token_realm_id_hash_key on scim_token: UNIQUE (realm_id, hash)

constraint scim_tombstone_pkey on scim_tombstone: PRIMARY KEY (realm_id, id)

constraint scim_tombstone_realm_id_connection_id_fkey on scim_tombstone: FOREIGN KEY (realm_id, connection_id) REFERENCES scim_connection(realm_id, id) ON DELETE SET NULL (connection_id)

constraint scim_tombstone_realm_id_fkey on scim_tombstone: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint scim_unique_pkey on scim_unique: PRIMARY KEY (realm_id, connection_id, attribute, value)

constraint scim_unique_realm_id_resource_id_fkey on scim_unique: FOREIGN KEY (realm_id, resource_id) REFERENCES scim_resource(realm_id, id) ON DELETE CASCADE

constraint seal_check_pkey on seal_check: PRIMARY KEY (key_id)

constraint second_factor_grace_pkey on second_factor_grace: PRIMARY KEY (realm_id, user_id)

constraint second_factor_grace_realm_id_user_id_fkey on second_factor_grace: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint send_counter_key_check on send_counter: CHECK ((length(key) <= 200))

constraint send_counter_pkey on send_counter: PRIMARY KEY (realm_id, key)

constraint sent_code_digest_check on sent_code: CHECK ((length(digest) = 32))

constraint sent_code_kind_check on sent_code: CHECK ((kind = ANY (ARRAY['email'::text, 'sms'::text])))

constraint sent_code_pkey on sent_code: PRIMARY KEY (realm_id, sign_in_uid, kind)

constraint sent_code_realm_id_fkey on sent_code: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint sent_code_realm_id_user_id_fkey on sent_code: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint sent_code_sign_in_uid_check on sent_code: CHECK ((length(sign_in_uid) <= 128))

constraint sign_in_pkey on sign_in: PRIMARY KEY (realm_id, uid)

constraint sign_in_realm_id_fkey on sign_in: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint sign_in_uid_check on sign_in: CHECK (((uid <> ''::text) AND (length(uid) <= 128)))

constraint signing_key_alg_check on signing_key: CHECK ((alg = ANY (ARRAY['ES256'::text, 'RS256'::text, 'EdDSA'::text])))

constraint signing_key_pkey on signing_key: PRIMARY KEY (realm_id, kid)

constraint signing_key_realm_id_fkey on signing_key: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint signing_key_state_check on signing_key: CHECK ((state = ANY (ARRAY['published'::text, 'active'::text, 'retiring'::text, 'retired'::text])))

constraint totp_authenticator_algorithm_check on totp_authenticator: CHECK ((algorithm = ANY (ARRAY['sha1'::text, 'sha256'::text, 'sha512'::text])))

constraint totp_authenticator_digits_check on totp_authenticator: CHECK ((digits = ANY (ARRAY[6, 7, 8])))

constraint totp_authenticator_period_seconds_check on totp_authenticator: CHECK (((period_seconds >= 1) AND (period_seconds <= 3600)))

constraint totp_authenticator_pkey on totp_authenticator: PRIMARY KEY (realm_id, user_id, id)

constraint totp_authenticator_realm_id_user_id_fkey on totp_authenticator: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint user_account_attributes_check on user_account: CHECK ((jsonb_typeof(attributes) = 'object'::text))

constraint user_account_check on user_account: CHECK (((email IS NULL) = (email_norm IS NULL)))

constraint user_account_email_norm_check on user_account: CHECK (((email_norm <> ''::text) AND (length(email_norm) <= 320)))

constraint user_account_pkey on user_account: PRIMARY KEY (realm_id, id)

constraint user_account_realm_id_fkey on user_account: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint user_account_realm_id_service_account_client_id_fkey on user_account: FOREIGN KEY (realm_id, service_account_client_id) REFERENCES client(realm_id, id) ON DELETE CASCADE

constraint user_account_username_norm_check on user_account: CHECK (((username_norm <> ''::text) AND (length(username_norm) <= 255)))

constraint user_consent_pkey on user_consent: PRIMARY KEY (realm_id, user_id, client_id)

constraint user_consent_realm_id_client_id_fkey on user_consent: FOREIGN KEY (realm_id, client_id) REFERENCES client(realm_id, id) ON DELETE CASCADE

constraint user_consent_realm_id_user_id_fkey on user_consent: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint user_group_pkey on user_group: PRIMARY KEY (realm_id, user_id, group_id)

constraint user_group_realm_id_group_id_fkey on user_group: FOREIGN KEY (realm_id, group_id) REFERENCES "group"(realm_id, id) ON DELETE CASCADE

constraint user_group_realm_id_user_id_fkey on user_group: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint user_login_pkey on user_login: PRIMARY KEY (realm_id, login)

constraint user_login_realm_id_user_id_fkey on user_login: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint user_role_pkey on user_role: PRIMARY KEY (realm_id, user_id, role_id)

constraint user_role_realm_id_role_id_fkey on user_role: FOREIGN KEY (realm_id, role_id) REFERENCES role(realm_id, id) ON DELETE CASCADE

constraint user_role_realm_id_user_id_fkey on user_role: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint webauthn_authenticator_check on webauthn_authenticator: CHECK ((backup_eligible OR (NOT backed_up)))

constraint webauthn_authenticator_counter_check on webauthn_authenticator: CHECK ((counter >= 0))

constraint webauthn_authenticator_credential_id_check on webauthn_authenticator: CHECK (((length(credential_id) >= 1) AND (length(credential_id) <= 1023)))

constraint webauthn_authenticator_pkey on webauthn_authenticator: PRIMARY KEY (realm_id, user_id, id)

constraint webauthn_authenticator_realm_id_credential_id_key on webauthn_authenticator: UNIQUE (realm_id, credential_id)

constraint webauthn_authenticator_realm_id_user_id_fkey on webauthn_authenticator: FOREIGN KEY (realm_id, user_id) REFERENCES user_account(realm_id, id) ON DELETE CASCADE

constraint webauthn_challenge_challenge_check on webauthn_challenge: CHECK ((length(challenge) >= 16))

constraint webauthn_challenge_pkey on webauthn_challenge: PRIMARY KEY (realm_id, place, purpose)

constraint webauthn_challenge_place_check on webauthn_challenge: CHECK ((length(place) <= 160))

constraint webauthn_challenge_purpose_check on webauthn_challenge: CHECK ((purpose = ANY (ARRAY['register'::text, 'first'::text, 'second'::text])))

constraint webauthn_challenge_realm_id_fkey on webauthn_challenge: FOREIGN KEY (realm_id) REFERENCES realm(id) ON DELETE CASCADE

constraint webhook_secret_pkey on webhook_secret: PRIMARY KEY (id)

constraint webhook_secret_receiver_check on webhook_secret: CHECK ((receiver = ANY (ARRAY['notices'::text, 'sms'::text])))

-- indexes

CREATE INDEX action_link_expiry ON public.action_link USING btree (expires_at)

CREATE INDEX action_link_of_user ON public.action_link USING btree (realm_id, user_id, purpose)

CREATE INDEX attempt_counter_idle ON public.attempt_counter USING btree (last_at)

CREATE INDEX audit_event_at ON ONLY public.audit_event USING brin (at)

CREATE INDEX audit_event_subject ON ONLY public.audit_event USING btree (realm_id, subject_id, at DESC) WHERE (subject_id IS NOT NULL)

CREATE INDEX backup_code_set_expiry ON public.backup_code_set USING btree (expires_at) WHERE (state = 'active'::text)

CREATE UNIQUE INDEX backup_code_set_one_active ON public.backup_code_set USING btree (realm_id, user_id) WHERE (state = 'active'::text)

CREATE UNIQUE INDEX backup_code_set_one_pending ON public.backup_code_set USING btree (realm_id, user_id) WHERE (state = 'pending'::text)

CREATE INDEX break_glass_open ON public.break_glass_opening USING btree (opened_at) WHERE (closed_at IS NULL)

CREATE INDEX break_glass_opening_of_user ON public.break_glass_opening USING btree (realm_id, user_id)

CREATE UNIQUE INDEX break_glass_set_one_live ON public.break_glass_set USING btree (realm_id) WHERE (ended_at IS NULL)

CREATE INDEX demo_message_age ON public.demo_message USING btree (created_at)

CREATE INDEX group_role_role ON public.group_role USING btree (realm_id, role_id)

CREATE INDEX network_counter_idle ON public.network_counter USING btree (last_at)

CREATE INDEX oidc_grant_expiry ON public.oidc_grant USING btree (expires_at)

CREATE INDEX oidc_grant_of_person ON public.oidc_grant USING btree (realm_id, account_id) WHERE ((account_id IS NOT NULL) AND (destroyed_at IS NULL))

CREATE INDEX oidc_interaction_expiry ON public.oidc_interaction USING btree (expires_at)

CREATE INDEX oidc_session_account ON public.oidc_session USING btree (realm_id, account_id) WHERE (account_id IS NOT NULL)

CREATE INDEX oidc_session_expiry ON public.oidc_session USING btree (expires_at)

CREATE INDEX oidc_session_uid ON public.oidc_session USING btree (realm_id, uid)

CREATE INDEX oidc_token_expiry ON public.oidc_token USING btree (expires_at)

CREATE INDEX oidc_token_grant ON public.oidc_token USING btree (realm_id, grant_id) WHERE (grant_id IS NOT NULL)

CREATE UNIQUE INDEX oidc_token_user_code ON public.oidc_token USING btree (realm_id, user_code) WHERE (user_code IS NOT NULL)

CREATE INDEX organization_with_policy ON public.organization USING btree (realm_id) WHERE (policy <> '{}'::jsonb)

CREATE INDEX organization_domain_of ON public.organization_domain USING btree (realm_id, organization_id)

CREATE INDEX organization_member_user ON public.organization_member USING btree (realm_id, user_id)

CREATE INDEX outbox_done ON public.outbox USING btree (delivered_at) WHERE (delivered_at IS NOT NULL)

CREATE INDEX outbox_due ON public.outbox USING btree (next_at) WHERE ((delivered_at IS NULL) AND (dead_at IS NULL))

CREATE INDEX outbox_due_of_kind ON public.outbox USING btree (kind, next_at) WHERE ((delivered_at IS NULL) AND (dead_at IS NULL))

CREATE INDEX policy_version_organization ON public.policy_version USING btree (realm_id, organization_id)

CREATE UNIQUE INDEX recovery_case_of_sign_in ON public.recovery_case USING btree (realm_id, sign_in_uid) WHERE (state = ANY (ARRAY['open'::text, 'waiting'::text, 'approved'::text]))

CREATE INDEX recovery_case_of_user ON public.recovery_case USING btree (realm_id, user_id, created_at DESC)

CREATE INDEX recovery_case_waiting ON public.recovery_case USING btree (realm_id, created_at DESC) WHERE (state = 'waiting'::text)

CREATE UNIQUE INDEX recovery_pass_one_live ON public.recovery_pass USING btree (realm_id, user_id) WHERE ((used_at IS NULL) AND (revoked_at IS NULL))

CREATE INDEX role_composite_child ON public.role_composite USING btree (realm_id, child_id)

CREATE INDEX scim_connection_organization ON public.scim_connection USING btree (realm_id, organization_id) WHERE (organization_id IS NOT NULL)

CREATE INDEX scim_connection_target ON public.scim_connection USING btree (realm_id) WHERE ((kind = 'target'::text) AND (state <> 'disabled'::text))

CREATE INDEX scim_dirty_realm ON public.scim_dirty USING btree (realm_id, connection_id)

CREATE INDEX scim_event_at ON public.scim_event USING btree (realm_id, connection_id, at)

CREATE INDEX scim_group_member_of ON public.scim_group_member USING btree (realm_id, member_id)

CREATE INDEX scim_link_local ON public.scim_link USING btree (realm_id, local_id)

CREATE UNIQUE INDEX scim_link_remote ON public.scim_link USING btree (remote_id, realm_id, connection_id, kind) WHERE (remote_id IS NOT NULL)

CREATE INDEX scim_link_waiting ON public.scim_link USING btree (realm_id, connection_id) WHERE (waits_for <> '{}'::text[])

CREATE INDEX scim_resource_external ON public.scim_resource USING btree (realm_id, connection_id, resource_type, external_id) WHERE (external_id IS NOT NULL)

CREATE INDEX scim_resource_modified ON public.scim_resource USING btree (realm_id, connection_id, resource_type, modified_at)

CREATE INDEX scim_resource_search ON public.scim_resource USING gin (search jsonb_path_ops)

CREATE INDEX scim_resource_walk ON public.scim_resource USING btree (realm_id, connection_id, resource_type, id)

CREATE INDEX scim_run_at ON public.scim_run USING btree (realm_id, connection_id, began_at)

CREATE UNIQUE INDEX scim_run_one_reading ON public.scim_run USING btree (realm_id, connection_id) WHERE ((state = ANY (ARRAY['asked'::text, 'running'::text])) AND (kind = ANY (ARRAY['pull'::text, 'delta'::text])))

CREATE UNIQUE INDEX scim_run_one_survey ON public.scim_run USING btree (realm_id, connection_id) WHERE ((state = ANY (ARRAY['asked'::text, 'running'::text])) AND (kind = ANY (ARRAY['drift'::text, 'preview'::text])))

CREATE INDEX scim_run_open ON public.scim_run USING btree (realm_id, connection_id) WHERE (state = ANY (ARRAY['asked'::text, 'running'::text]))

CREATE INDEX scim_security_event_age ON public.scim_security_event USING btree (created_at)

CREATE INDEX scim_security_event_due ON public.scim_security_event USING btree (realm_id, connection_id, next_at)

CREATE INDEX scim_task_due ON public.scim_task USING btree (realm_id, connection_id, kind, run_after) WHERE (state = 'open'::text)

CREATE INDEX scim_token_connection ON public.scim_token USING btree (realm_id, connection_id)

CREATE INDEX scim_token_expiry ON public.scim_token USING btree (expires_at)

CREATE INDEX scim_tombstone_age ON public.scim_tombstone USING btree (deleted_at)

CREATE INDEX scim_unique_resource ON public.scim_unique USING btree (realm_id, resource_id)

CREATE UNIQUE INDEX seal_check_one_current ON public.seal_check USING btree (is_current) WHERE is_current

CREATE INDEX send_counter_idle ON public.send_counter USING btree (last_at)

CREATE INDEX sent_code_expiry ON public.sent_code USING btree (expires_at)

CREATE INDEX sent_code_of_user ON public.sent_code USING btree (realm_id, user_id) WHERE (user_id IS NOT NULL)

CREATE INDEX sign_in_expiry ON public.sign_in USING btree (expires_at)

CREATE UNIQUE INDEX signing_key_one_active ON public.signing_key USING btree (realm_id, alg) WHERE (state = 'active'::text)

CREATE UNIQUE INDEX totp_authenticator_one_pending ON public.totp_authenticator USING btree (realm_id, user_id) WHERE (confirmed_at IS NULL)

CREATE UNIQUE INDEX user_account_email ON public.user_account USING btree (realm_id, email_norm) WHERE (email_norm IS NOT NULL)

CREATE UNIQUE INDEX user_account_service_account ON public.user_account USING btree (realm_id, service_account_client_id) WHERE (service_account_client_id IS NOT NULL)

CREATE UNIQUE INDEX user_account_username ON public.user_account USING btree (realm_id, username_norm)

CREATE INDEX user_consent_of_client ON public.user_consent USING btree (realm_id, client_id)

CREATE INDEX user_group_group ON public.user_group USING btree (realm_id, group_id)

CREATE INDEX user_login_of_user ON public.user_login USING btree (realm_id, user_id)

CREATE INDEX user_role_role ON public.user_role USING btree (realm_id, role_id)

CREATE INDEX webauthn_challenge_expiry ON public.webauthn_challenge USING btree (expires_at)

CREATE UNIQUE INDEX webhook_secret_one_current ON public.webhook_secret USING btree (receiver) WHERE (ends_at IS NULL)

-- types

type oidc_token_kind as enum ('AccessToken', 'AuthorizationCode', 'RefreshToken', 'ClientCredentials', 'DeviceCode', 'BackchannelAuthenticationRequest', 'PreAuthorizedCode', 'PushedAuthorizationRequest', 'InitialAccessToken', 'RegistrationAccessToken', 'ReplayDetection')

-- functions

CREATE OR REPLACE FUNCTION public.audit_event_prepare(months integer)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
    declare
      first_month timestamp := date_trunc('month', now() at time zone 'UTC');
      month_start timestamptz;
      month_end timestamptz;
      partition_name text;
      made integer := 0;
    begin
      for n in 0..months - 1 loop
        month_start := (first_month + make_interval(months => n)) at time zone 'UTC';
        month_end := (first_month + make_interval(months => n + 1)) at time zone 'UTC';
        partition_name := 'audit_event_' || to_char(month_start at time zone 'UTC', 'YYYY_MM');
        if to_regclass(partition_name) is null
          and not exists (select from audit_event_default where at >= month_start and at < month_end)
        then
          execute format('create table %I partition of audit_event for values from (%L) to (%L)',
            partition_name, month_start, month_end);
          made := made + 1;
        end if;
      end loop;
      return made;
    end $function$

CREATE OR REPLACE FUNCTION public.audit_event_refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      raise exception 'audit_event is append only' using errcode = 'insufficient_privilege';
    end $function$

CREATE OR REPLACE FUNCTION public.end_trust(of_realm uuid, of_user uuid)
 RETURNS void
 LANGUAGE sql
AS $function$
      update device set trusted_at = null
      where realm_id = of_realm and user_id = of_user and trusted_at is not null;
    $function$

CREATE OR REPLACE FUNCTION public.end_trust_of_account()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      perform end_trust(new.realm_id, new.id);
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.end_trust_of_holder()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'DELETE' then
        perform end_trust(old.realm_id, old.user_id);
      else
        perform end_trust(new.realm_id, new.user_id);
      end if;
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.keep_contact(of_realm uuid, of_user uuid, of_kind text, was text, since timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$
      insert into contact_before (realm_id, user_id, kind, address, stood_from)
      select of_realm, of_user, of_kind, was, since
      where (select count(*) from contact_before
             where realm_id = of_realm and user_id = of_user and kind = of_kind) < 16;
    $function$

CREATE OR REPLACE FUNCTION public.keep_contacts()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if old.email is not null and old.email_verified
        and (old.email_norm is distinct from new.email_norm or not new.email_verified) then
        perform keep_contact(new.realm_id, new.id, 'email', old.email, old.email_changed_at);
      end if;
      if old.phone_number is not null and old.phone_number_verified
        and (old.phone_number is distinct from new.phone_number or not new.phone_number_verified) then
        perform keep_contact(new.realm_id, new.id, 'sms', old.phone_number, old.phone_number_changed_at);
      end if;
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.network_counted(failures integer[], by_slots bigint, change integer)
 RETURNS integer[]
 LANGUAGE sql
 IMMUTABLE
RETURN (((network_slots_shifted(failures, by_slots))[1] + change) || (network_slots_shifted(failures, by_slots))[2:13])

CREATE OR REPLACE FUNCTION public.network_failures(failures integer[])
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
RETURN (SELECT sum(n.n) AS sum FROM unnest(network_failures.failures) n(n))

CREATE OR REPLACE FUNCTION public.network_slot()
 RETURNS bigint
 LANGUAGE sql
 STABLE
RETURN (floor((EXTRACT(epoch FROM now()) / (300)::numeric)))::bigint

CREATE OR REPLACE FUNCTION public.network_slots_shifted(failures integer[], by_slots bigint)
 RETURNS integer[]
 LANGUAGE sql
 IMMUTABLE
RETURN CASE WHEN (by_slots <= 0) THEN failures WHEN (by_slots >= 13) THEN array_fill(0, ARRAY[13]) ELSE (array_fill(0, ARRAY[(by_slots)::integer]) || (failures)[1:(13 - (by_slots)::integer)]) END

CREATE OR REPLACE FUNCTION public.organization_policy_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      update realm set version = version
      where id in (
        select c.realm_id from changed c join former f on f.realm_id = c.realm_id and f.id = c.id
        where (c.policy, c.enabled, c.alias) is distinct from (f.policy, f.enabled, f.alias)
      );
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.organization_with_policy_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      update realm set version = version where id in (select realm_id from changed where policy <> '{}');
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.realm_bump()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      new.version := old.version + 1;
      return new;
    end $function$

CREATE OR REPLACE FUNCTION public.realm_notify()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      perform pg_notify('sparekey_realm', coalesce(new.id, old.id)::text);
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.realm_part_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      update realm set version = version where id in (select realm_id from changed);
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_account_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      update scim_resource r
      set data = scim_told(r.data, new, of.mapped), search = scim_told_search(r.search, new, of.mapped),
          version = r.version + 1, modified_at = now()
      from scim_resource known left join scim_connection of on of.realm_id = known.realm_id and of.id = known.connection_id
      where known.realm_id = new.realm_id and known.id = new.id and r.realm_id = known.realm_id and r.id = known.id
        and (scim_told(r.data, new, of.mapped) <> r.data
          or (of.mapped -> 'computed' = 'true' and r.modified_at <> now()));
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_account_document(document jsonb, account user_account)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
RETURN (scim_with_email(scim_with_name(document, (account).first_name, (account).last_name), (account).email) || jsonb_build_object('userName', (account).username, 'active', (account).enabled))

CREATE OR REPLACE FUNCTION public.scim_account_search(document jsonb, account user_account)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
RETURN (scim_with_email(scim_with_name(document, scim_fold((account).first_name), scim_fold((account).last_name)), scim_fold((account).email)) || jsonb_build_object('userName', scim_fold((account).username), 'active', (account).enabled))

CREATE OR REPLACE FUNCTION public.scim_buried()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      insert into scim_tombstone (realm_id, id, connection_id, resource_type)
      select r.realm_id, r.id, r.connection_id, r.resource_type
      from scim_resource r where r.realm_id = old.realm_id and r.id = old.id
      on conflict do nothing;
      delete from scim_resource where realm_id = old.realm_id and id = old.id;
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_connection_add_pace()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      insert into scim_pace (realm_id, connection_id) values (new.realm_id, new.id);
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_connection_gone()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      delete from scim_resource
      where realm_id = old.realm_id and connection_id = old.id and resource_type not in ('User', 'Group');
      return old;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_exception_ends()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'UPDATE' and (new.name, new.settings -> 'baseUrl') is not distinct from (old.name, old.settings -> 'baseUrl')
      then
        return null;
      end if;
      update scim_pace p set reconciled_version = 0
      from scim_connection t
      where t.realm_id = old.realm_id and t.kind = 'target'
        and (jsonb_exists(t.settings -> 'exceptFrom', old.name) or t.settings -> 'baseUrl' = old.settings -> 'baseUrl')
        and p.realm_id = t.realm_id and p.connection_id = t.id;
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_fold(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN lower((NORMALIZE(value, NFKC) COLLATE pg_unicode_fast))

CREATE OR REPLACE FUNCTION public.scim_group_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      update scim_resource
      set data = data || jsonb_build_object('displayName', new.name),
          search = search || jsonb_build_object('displayName', scim_fold(new.name)),
          version = version + 1, modified_at = now()
      where realm_id = new.realm_id and id = new.id and data ->> 'displayName' is distinct from new.name;
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_has_target(in_realm uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT (EXISTS ( SELECT
            FROM scim_connection
           WHERE ((scim_connection.realm_id = scim_has_target.in_realm) AND (scim_connection.kind = 'target'::text) AND (scim_connection.state <> 'disabled'::text)))) AS "exists";
END

CREATE OR REPLACE FUNCTION public.scim_is_excepted(in_realm uuid, excepted uuid[], in_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT
         CASE
             WHEN (excepted = '{}'::uuid[]) THEN false
             ELSE (COALESCE((( SELECT r.connection_id
                FROM scim_resource r
               WHERE ((r.realm_id = scim_is_excepted.in_realm) AND (r.id = scim_is_excepted.in_id))) = ANY (excepted)), false) OR COALESCE(( SELECT bool_or((l.connection_id = ANY (scim_is_excepted.excepted))) AS bool_or
                FROM scim_link l
               WHERE ((l.realm_id = scim_is_excepted.in_realm) AND (l.local_id = scim_is_excepted.in_id))), false))
         END AS "case";
END

CREATE OR REPLACE FUNCTION public.scim_main_email(emails jsonb)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
RETURN (SELECT ((listed.place - 1))::integer AS int4 FROM jsonb_array_elements(CASE jsonb_typeof(scim_main_email.emails) WHEN 'array'::text THEN scim_main_email.emails ELSE '[]'::jsonb END) WITH ORDINALITY listed(email, place) ORDER BY (NOT ((listed.email -> 'primary'::text) IS DISTINCT FROM 'true'::jsonb)) DESC, (NOT (lower((listed.email ->> 'type'::text)) IS DISTINCT FROM 'work'::text)) DESC, listed.place LIMIT 1)

CREATE OR REPLACE FUNCTION public.scim_mapping_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      update scim_resource r
      set data = scim_told(r.data, a, new.mapped), search = scim_told_search(r.search, a, new.mapped),
          version = r.version + 1, modified_at = now()
      from user_account a
      where r.realm_id = new.realm_id and r.connection_id = new.id and r.resource_type = 'User'
        and a.realm_id = r.realm_id and a.id = r.id
        and (scim_told(r.data, a, new.mapped) <> r.data
          or coalesce(old.mapped -> 'computed', new.mapped -> 'computed') = 'true');
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_mark_group()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      insert into scim_dirty (realm_id, kind, local_id)
      select realm_id, 'group', id from changed where scim_has_target(realm_id);
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_mark_group_member()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      insert into scim_dirty (realm_id, kind, local_id)
      with told as materialized (
        select realm_id from (select distinct realm_id from changed) touched where scim_has_target(realm_id)
      )
      select realm_id, 'group', group_id from changed join told using (realm_id)
      union
      select realm_id, 'user', user_id from changed join told using (realm_id);
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_mark_group_update()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      insert into scim_dirty (realm_id, kind, local_id)
      select realm_id, 'group', id from changed where scim_has_target(realm_id);
      insert into scim_dirty (realm_id, kind, local_id)
      select distinct ug.realm_id, 'user', ug.user_id
      from changed n
      join former f on f.realm_id = n.realm_id and f.id = n.id and f.path <> n.path
      join user_group ug on ug.realm_id = n.realm_id and ug.group_id = n.id
      where exists (
        select from scim_connection c
        where c.realm_id = n.realm_id and c.kind = 'target' and c.state <> 'disabled'
          and c.settings ->> 'people' = 'groups'
          and (jsonb_exists(c.settings -> 'groups', f.path) or jsonb_exists(c.settings -> 'groups', n.path))
      );
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_mark_organization_member()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      insert into scim_dirty (realm_id, kind, local_id)
      select realm_id, 'user', user_id from changed where scim_has_target(realm_id);
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_mark_user()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      insert into scim_dirty (realm_id, kind, local_id)
      select realm_id, 'user', id from changed where scim_has_target(realm_id);
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_mark_user_update()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      insert into scim_dirty (realm_id, kind, local_id)
      select n.realm_id, 'user', n.id
      from changed n join former f on f.realm_id = n.realm_id and f.id = n.id
      where (n.username, n.email, n.email_verified, n.phone_number, n.phone_number_verified, n.first_name, n.last_name,
             n.enabled, n.locale, n.attributes)
        is distinct from
            (f.username, f.email, f.email_verified, f.phone_number, f.phone_number_verified, f.first_name, f.last_name,
             f.enabled, f.locale, f.attributes)
        and scim_has_target(n.realm_id);
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_members_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      update scim_resource r set version = version + 1, modified_at = now()
      from (select distinct realm_id, group_id from changed) touched
      where r.realm_id = touched.realm_id and r.id = touched.group_id;
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_present(value jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
    begin
      return case jsonb_typeof(value)
        when 'string' then value <> '""'
        when 'array' then jsonb_array_length(value) > 0
        when 'object' then exists (select from jsonb_each(value) part where scim_present(part.value))
        when 'null' then false
        else value is not null
      end;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_protected_groups(in_realm uuid, names text[])
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 WITH RECURSIVE reached AS (
          SELECT gr.group_id AS id
            FROM group_role gr
           WHERE ((gr.realm_id = scim_protected_groups.in_realm) AND (gr.role_id IN ( SELECT scim_protected_roles(scim_protected_groups.in_realm, scim_protected_groups.names) AS scim_protected_roles)))
         UNION
          SELECT g.id
            FROM (reached l
              JOIN "group" g ON (((g.realm_id = scim_protected_groups.in_realm) AND (g.parent_id = l.id))))
         )
  SELECT reached.id
    FROM reached;
END

CREATE OR REPLACE FUNCTION public.scim_protected_people(in_realm uuid, names text[])
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT user_role.user_id
    FROM user_role
   WHERE ((user_role.realm_id = scim_protected_people.in_realm) AND (user_role.role_id IN ( SELECT scim_protected_roles(scim_protected_people.in_realm, scim_protected_people.names) AS scim_protected_roles)))
 UNION
  SELECT user_group.user_id
    FROM user_group
   WHERE ((user_group.realm_id = scim_protected_people.in_realm) AND (user_group.group_id IN ( SELECT scim_protected_groups(scim_protected_people.in_realm, scim_protected_people.names) AS scim_protected_groups)));
END

CREATE OR REPLACE FUNCTION public.scim_protected_roles(in_realm uuid, names text[])
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 WITH RECURSIVE reached AS (
          SELECT role.id
            FROM role
           WHERE ((role.realm_id = scim_protected_roles.in_realm) AND (role.name = ANY (scim_protected_roles.names)))
         UNION
          SELECT rc.parent_id
            FROM (reached l
              JOIN role_composite rc ON (((rc.realm_id = scim_protected_roles.in_realm) AND (rc.child_id = l.id))))
         )
  SELECT reached.id
    FROM reached;
END

CREATE OR REPLACE FUNCTION public.scim_reach(in_realm uuid, in_connection uuid)
 RETURNS TABLE(organization_id uuid, people_of jsonb, groups jsonb, excepted uuid[])
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT c.organization_id,
         CASE (c.settings ->> 'people'::text)
             WHEN 'groups'::text THEN (c.settings -> 'groups'::text)
             ELSE NULL::jsonb
         END AS "case",
     (c.settings -> 'groups'::text),
     ARRAY( SELECT o.id
            FROM scim_connection o
           WHERE ((o.realm_id = c.realm_id) AND (((o.kind = ANY (ARRAY['source'::text, 'server'::text])) AND jsonb_exists((c.settings -> 'exceptFrom'::text), o.name)) OR ((o.kind = 'source'::text) AND ((o.settings -> 'baseUrl'::text) = (c.settings -> 'baseUrl'::text)))))) AS "array"
    FROM scim_connection c
   WHERE ((c.realm_id = scim_reach.in_realm) AND (c.id = scim_reach.in_connection));
END

CREATE OR REPLACE FUNCTION public.scim_reflected(document jsonb, account user_account, mapped jsonb, folded boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$
    declare
      rule jsonb;
      path text[];
      told text;
    begin
      for rule in select value from jsonb_array_elements(mapped -> 'reflected') loop
        told := nullif(case rule ->> 'field'
          when 'username' then account.username
          when 'firstName' then account.first_name
          when 'lastName' then account.last_name
          when 'email' then account.email
          when 'locale' then account.locale
          else account.attributes #>> array[rule ->> 'attribute', '0']
        end, '');
        if folded and rule -> 'exact' is distinct from 'true' then told := scim_fold(told); end if;
        if rule -> 'main' is not distinct from 'true' then
          document := scim_with_email(document, told);
          continue;
        end if;
        path := array(select jsonb_array_elements_text(rule -> 'path'));
        for depth in 1 .. cardinality(path) - 1 loop
          if told is not null and document #> path[1:depth] is null then
            document := jsonb_set(document, path[1:depth], '{}');
          end if;
        end loop;
        if told is not null then
          document := jsonb_set(document, path, to_jsonb(told));
        else
          document := document #- path;
          for depth in reverse cardinality(path) - 1 .. 1 loop
            if document #> path[1:depth] = '{}' then document := document #- path[1:depth]; end if;
          end loop;
        end if;
      end loop;
      return document || jsonb_build_object('active', account.enabled);
    end $function$

CREATE OR REPLACE FUNCTION public.scim_scope(in_realm uuid, in_connection uuid)
 RETURNS TABLE(kind text, local_id uuid, enabled boolean)
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT 'user'::text,
     u.id,
     u.enabled
    FROM (scim_reach(scim_scope.in_realm, scim_scope.in_connection) c(organization_id, people_of, groups, excepted)
      JOIN user_account u ON ((u.realm_id = scim_scope.in_realm)))
   WHERE ((u.service_account_client_id IS NULL) AND scim_takes_person(scim_scope.in_realm, c.organization_id, c.people_of, c.excepted, u.id))
 UNION ALL
  SELECT 'group'::text,
     g.id,
     true
    FROM (scim_reach(scim_scope.in_realm, scim_scope.in_connection) c(organization_id, people_of, groups, excepted)
      JOIN "group" g ON ((g.realm_id = scim_scope.in_realm)))
   WHERE ((jsonb_exists(c.groups, '*'::text) OR jsonb_exists(c.groups, g.path)) AND (NOT scim_is_excepted(scim_scope.in_realm, c.excepted, g.id)));
END

CREATE OR REPLACE FUNCTION public.scim_security_event()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      subject scim_resource := case tg_op when 'DELETE' then old else new end;
      kind text;
      names text[] := '{}';
    begin
      if subject.connection_id is null or not exists (
        select from scim_connection c where c.realm_id = subject.realm_id and c.id = subject.connection_id
          and c.settings #>> '{events,delivery}' in ('push', 'poll')
      ) then
        return null;
      end if;
      if tg_op = 'UPDATE' and old.connection_id is not distinct from new.connection_id then
        select coalesce(array_agg(key order by key), '{}') into names
        from (select key from jsonb_each(old.data || new.data)) known
        where old.data -> key is distinct from new.data -> key;
        kind := case
          when old.data -> 'active' is distinct from new.data -> 'active' and names = '{active}'
            then case when new.data -> 'active' = 'true' then 'activate' else 'deactivate' end
          when current_setting('sparekey.scim_put', true) = 'yes' then 'put'
          else 'patch'
        end;
        if names = '{}' and new.resource_type = 'Group' then names := '{members}'; end if;
      else
        kind := case tg_op when 'DELETE' then 'delete' else 'create' end;
        select coalesce(array_agg(key order by key), '{}') into names from jsonb_object_keys(subject.data) key where tg_op <> 'DELETE';
      end if;
      insert into scim_security_event (realm_id, connection_id, event, resource_type, resource_id, external_id, attributes)
      values (subject.realm_id, subject.connection_id, kind, subject.resource_type, subject.id, subject.external_id, names);
      return null;
    end $function$

CREATE OR REPLACE FUNCTION public.scim_takes_person(in_realm uuid, in_organization uuid, people_of jsonb, excepted uuid[], in_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT (((in_organization IS NULL) OR (EXISTS ( SELECT
            FROM organization_member m
           WHERE ((m.realm_id = scim_takes_person.in_realm) AND (m.organization_id = scim_takes_person.in_organization) AND (m.user_id = scim_takes_person.in_id))))) AND ((people_of IS NULL) OR (EXISTS ( SELECT
            FROM user_group ug
           WHERE ((ug.realm_id = scim_takes_person.in_realm) AND (ug.user_id = scim_takes_person.in_id) AND (jsonb_exists(scim_takes_person.people_of, '*'::text) OR ( SELECT jsonb_exists(scim_takes_person.people_of, g.path) AS jsonb_exists
                    FROM "group" g
                   WHERE ((g.realm_id = ug.realm_id) AND (g.id = ug.group_id)))))))) AND (NOT scim_is_excepted(in_realm, excepted, in_id)));
END

CREATE OR REPLACE FUNCTION public.scim_told(document jsonb, account user_account, mapped jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
RETURN CASE WHEN (mapped IS NULL) THEN scim_account_document(document, account) ELSE scim_reflected(document, account, mapped, false) END

CREATE OR REPLACE FUNCTION public.scim_told_search(document jsonb, account user_account, mapped jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
RETURN CASE WHEN (mapped IS NULL) THEN scim_account_search(document, account) ELSE scim_reflected(document, account, mapped, true) END

CREATE OR REPLACE FUNCTION public.scim_with_email(document jsonb, address text)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
RETURN CASE WHEN ((address IS NULL) AND (scim_main_email((document -> 'emails'::text)) IS NULL)) THEN document WHEN (address IS NULL) THEN CASE WHEN (jsonb_array_length((document -> 'emails'::text)) = 1) THEN (document - 'emails'::text) ELSE (document #- ARRAY['emails'::text, (scim_main_email((document -> 'emails'::text)))::text]) END WHEN (scim_main_email((document -> 'emails'::text)) IS NULL) THEN (document || jsonb_build_object('emails', jsonb_build_array(jsonb_build_object('value', address, 'type', 'work', 'primary', true)))) ELSE jsonb_set(document, ARRAY['emails'::text, (scim_main_email((document -> 'emails'::text)))::text, 'value'::text], to_jsonb(address)) END

CREATE OR REPLACE FUNCTION public.scim_with_name(document jsonb, given text, family text)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
RETURN CASE WHEN (jsonb_strip_nulls((COALESCE((document -> 'name'::text), '{}'::jsonb) || jsonb_build_object('givenName', given, 'familyName', family))) = '{}'::jsonb) THEN (document - 'name'::text) ELSE (document || jsonb_build_object('name', jsonb_strip_nulls((COALESCE((document -> 'name'::text), '{}'::jsonb) || jsonb_build_object('givenName', given, 'familyName', family))))) END

CREATE OR REPLACE FUNCTION public.user_account_email_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      new.email_changed_at := now();
      return new;
    end $function$

CREATE OR REPLACE FUNCTION public.user_account_keep_logins()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
    end $function$

CREATE OR REPLACE FUNCTION public.user_account_phone_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      new.phone_number_changed_at := now();
      return new;
    end $function$

CREATE OR REPLACE FUNCTION public.user_claims(in_realm uuid, in_user uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 WITH RECURSIVE member_of AS (
          SELECT g.id,
             g.parent_id,
             g.path,
             true AS own
            FROM (user_group ug
              JOIN "group" g ON (((g.realm_id = ug.realm_id) AND (g.id = ug.group_id))))
           WHERE ((ug.realm_id = user_claims.in_realm) AND (ug.user_id = user_claims.in_user))
         UNION
          SELECT g.id,
             g.parent_id,
             g.path,
             false
            FROM (member_of m
              JOIN "group" g ON (((g.realm_id = user_claims.in_realm) AND (g.id = m.parent_id))))
         ), held AS (
          SELECT user_role.role_id
            FROM user_role
           WHERE ((user_role.realm_id = user_claims.in_realm) AND (user_role.user_id = user_claims.in_user))
         UNION
          SELECT gr.role_id
            FROM group_role gr
           WHERE ((gr.realm_id = user_claims.in_realm) AND (gr.group_id IN ( SELECT member_of.id
                    FROM member_of)))
         UNION
          SELECT rc.child_id
            FROM (held h
              JOIN role_composite rc ON (((rc.realm_id = user_claims.in_realm) AND (rc.parent_id = h.role_id))))
         ), named AS (
          SELECT r.name,
             c.client_id
            FROM ((held h
              JOIN role r ON (((r.realm_id = user_claims.in_realm) AND (r.id = h.role_id))))
              LEFT JOIN client c ON (((c.realm_id = user_claims.in_realm) AND (c.id = r.client_id))))
         )
  SELECT jsonb_build_object('user', to_jsonb(u.*), 'realmRoles', COALESCE(( SELECT jsonb_agg(named.name ORDER BY named.name) AS jsonb_agg
            FROM named
           WHERE (named.client_id IS NULL)), '[]'::jsonb), 'clientRoles', COALESCE(( SELECT jsonb_object_agg(by_client.client_id, by_client.names) AS jsonb_object_agg
            FROM ( SELECT named.client_id,
                     jsonb_agg(named.name ORDER BY named.name) AS names
                    FROM named
                   WHERE (named.client_id IS NOT NULL)
                   GROUP BY named.client_id) by_client), '{}'::jsonb), 'groups', COALESCE(( SELECT jsonb_agg(member_of.path ORDER BY member_of.path) AS jsonb_agg
            FROM member_of
           WHERE member_of.own), '[]'::jsonb), 'organizations', COALESCE(( SELECT jsonb_object_agg(o.alias, o.id) AS jsonb_object_agg
            FROM (organization_member om
              JOIN organization o ON (((o.realm_id = om.realm_id) AND (o.id = om.organization_id))))
           WHERE ((om.realm_id = user_claims.in_realm) AND (om.user_id = user_claims.in_user) AND o.enabled)), '{}'::jsonb)) AS jsonb_build_object
    FROM user_account u
   WHERE ((u.realm_id = user_claims.in_realm) AND (u.id = user_claims.in_user));
END

-- triggers

CREATE TRIGGER audit_event_append_only BEFORE DELETE OR UPDATE ON public.audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_refuse_change()

CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON public.audit_event FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse_change()

CREATE TRIGGER client_deleted AFTER DELETE ON public.client REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION realm_part_changed()

CREATE TRIGGER client_inserted AFTER INSERT ON public.client REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION realm_part_changed()

CREATE TRIGGER client_updated AFTER UPDATE ON public.client REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION realm_part_changed()

CREATE TRIGGER group_buried AFTER DELETE ON public."group" FOR EACH ROW EXECUTE FUNCTION scim_buried()

CREATE TRIGGER group_scim AFTER UPDATE OF name ON public."group" FOR EACH ROW EXECUTE FUNCTION scim_group_changed()

CREATE TRIGGER scim_group_deleted AFTER DELETE ON public."group" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scim_mark_group()

CREATE TRIGGER scim_group_inserted AFTER INSERT ON public."group" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scim_mark_group()

CREATE TRIGGER scim_group_updated AFTER UPDATE ON public."group" REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scim_mark_group_update()

CREATE TRIGGER organization_policy_deleted AFTER DELETE ON public.organization REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION organization_with_policy_changed()

CREATE TRIGGER organization_policy_inserted AFTER INSERT ON public.organization REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION organization_with_policy_changed()

CREATE TRIGGER organization_policy_updated AFTER UPDATE ON public.organization REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION organization_policy_changed()

CREATE TRIGGER scim_organization_joined AFTER INSERT ON public.organization_member REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scim_mark_organization_member()

CREATE TRIGGER scim_organization_left AFTER DELETE ON public.organization_member REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scim_mark_organization_member()

CREATE TRIGGER password_credential_ends_trust AFTER INSERT OR DELETE OR UPDATE OF id ON public.password_credential FOR EACH ROW EXECUTE FUNCTION end_trust_of_holder()

CREATE TRIGGER realm_changed AFTER INSERT OR DELETE OR UPDATE ON public.realm FOR EACH ROW EXECUTE FUNCTION realm_notify()

CREATE TRIGGER realm_version BEFORE UPDATE ON public.realm FOR EACH ROW EXECUTE FUNCTION realm_bump()

CREATE TRIGGER scim_connection_gone BEFORE DELETE ON public.scim_connection FOR EACH ROW EXECUTE FUNCTION scim_connection_gone()

CREATE TRIGGER scim_connection_pace AFTER INSERT ON public.scim_connection FOR EACH ROW EXECUTE FUNCTION scim_connection_add_pace()

CREATE TRIGGER scim_exception_ends AFTER DELETE OR UPDATE OF name, settings ON public.scim_connection FOR EACH ROW WHEN ((old.kind <> 'target'::text)) EXECUTE FUNCTION scim_exception_ends()

CREATE TRIGGER scim_mapping_changed AFTER UPDATE OF mapped ON public.scim_connection FOR EACH ROW WHEN ((old.mapped IS DISTINCT FROM new.mapped)) EXECUTE FUNCTION scim_mapping_changed()

CREATE TRIGGER scim_group_member_deleted AFTER DELETE ON public.scim_group_member REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scim_members_changed()

CREATE TRIGGER scim_group_member_inserted AFTER INSERT ON public.scim_group_member REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scim_members_changed()

CREATE TRIGGER scim_resource_told AFTER INSERT OR DELETE OR UPDATE ON public.scim_resource FOR EACH ROW EXECUTE FUNCTION scim_security_event()

CREATE TRIGGER signing_key_deleted AFTER DELETE ON public.signing_key REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION realm_part_changed()

CREATE TRIGGER signing_key_inserted AFTER INSERT ON public.signing_key REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION realm_part_changed()

CREATE TRIGGER signing_key_updated AFTER UPDATE ON public.signing_key REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION realm_part_changed()

CREATE TRIGGER totp_authenticator_ends_trust AFTER INSERT OR UPDATE OF confirmed_at ON public.totp_authenticator FOR EACH ROW WHEN ((new.confirmed_at IS NOT NULL)) EXECUTE FUNCTION end_trust_of_holder()

CREATE TRIGGER totp_authenticator_removed_ends_trust AFTER DELETE ON public.totp_authenticator FOR EACH ROW WHEN ((old.confirmed_at IS NOT NULL)) EXECUTE FUNCTION end_trust_of_holder()

CREATE TRIGGER scim_user_deleted AFTER DELETE ON public.user_account REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scim_mark_user()

CREATE TRIGGER scim_user_inserted AFTER INSERT ON public.user_account REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scim_mark_user()

CREATE TRIGGER scim_user_updated AFTER UPDATE ON public.user_account REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scim_mark_user_update()

CREATE TRIGGER user_account_buried AFTER DELETE ON public.user_account FOR EACH ROW EXECUTE FUNCTION scim_buried()

CREATE TRIGGER user_account_contacts AFTER UPDATE OF email_norm, email_verified, phone_number, phone_number_verified ON public.user_account FOR EACH ROW WHEN ((((old.email IS NOT NULL) AND old.email_verified AND ((old.email_norm IS DISTINCT FROM new.email_norm) OR (NOT new.email_verified))) OR ((old.phone_number IS NOT NULL) AND old.phone_number_verified AND ((old.phone_number IS DISTINCT FROM new.phone_number) OR (NOT new.phone_number_verified))))) EXECUTE FUNCTION keep_contacts()

CREATE TRIGGER user_account_email BEFORE UPDATE OF email_norm ON public.user_account FOR EACH ROW WHEN ((old.email_norm IS DISTINCT FROM new.email_norm)) EXECUTE FUNCTION user_account_email_changed()

CREATE TRIGGER user_account_ends_trust AFTER UPDATE OF enabled, email_norm, phone_number, recovery_frozen_until ON public.user_account FOR EACH ROW WHEN (((old.enabled AND (NOT new.enabled)) OR (old.email_norm IS DISTINCT FROM new.email_norm) OR (old.phone_number IS DISTINCT FROM new.phone_number) OR (old.recovery_frozen_until IS DISTINCT FROM new.recovery_frozen_until))) EXECUTE FUNCTION end_trust_of_account()

CREATE TRIGGER user_account_logins AFTER INSERT OR UPDATE OF username_norm, email_norm ON public.user_account FOR EACH ROW EXECUTE FUNCTION user_account_keep_logins()

CREATE TRIGGER user_account_phone BEFORE UPDATE OF phone_number ON public.user_account FOR EACH ROW WHEN ((old.phone_number IS DISTINCT FROM new.phone_number)) EXECUTE FUNCTION user_account_phone_changed()

CREATE TRIGGER user_account_scim AFTER UPDATE OF username, email, first_name, last_name, locale, attributes, enabled ON public.user_account FOR EACH ROW WHEN ((((((((old.username IS DISTINCT FROM new.username) OR (old.email IS DISTINCT FROM new.email)) OR (old.first_name IS DISTINCT FROM new.first_name)) OR (old.last_name IS DISTINCT FROM new.last_name)) OR (old.locale IS DISTINCT FROM new.locale)) OR (old.attributes IS DISTINCT FROM new.attributes)) OR (old.enabled IS DISTINCT FROM new.enabled))) EXECUTE FUNCTION scim_account_changed()

CREATE TRIGGER scim_group_joined AFTER INSERT ON public.user_group REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scim_mark_group_member()

CREATE TRIGGER scim_group_left AFTER DELETE ON public.user_group REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scim_mark_group_member()

CREATE TRIGGER user_group_deleted_scim AFTER DELETE ON public.user_group REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scim_members_changed()

CREATE TRIGGER user_group_inserted_scim AFTER INSERT ON public.user_group REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scim_members_changed()

CREATE TRIGGER webauthn_authenticator_ends_trust AFTER INSERT OR DELETE ON public.webauthn_authenticator FOR EACH ROW EXECUTE FUNCTION end_trust_of_holder()
