/** Addresses of the account pages under the path of a realm (`/realms/acme`); pages link to them, routes are made of them. */
export function accountPaths(realmPath: string) {
  const account = `${realmPath}/account`;
  return {
    overview: account,
    profile: `${account}/profile`,
    password: `${account}/password`,
    /** A fresh proof; `return` in the query names the path to go on to. */
    proof: `${account}/proof`,
    newAuthenticator: `${account}/authenticators/new`,
    newPasskey: `${account}/passkeys/new`,
    renamePasskey: (id: string) => `${account}/authenticators/${encodeURIComponent(id)}/rename`,
    removeAuthenticator: (id: string) => `${account}/authenticators/${encodeURIComponent(id)}/remove`,
    backupCodes: `${account}/backup-codes`,
    codesUsed: `${account}/backup-codes/used`,
    activity: `${account}/activity`,
    phone: `${account}/phone`,
    deleteAccount: `${account}/delete`,
    /** Posts to itself: action `disconnect:{client_id}`. */
    applications: `${account}/applications`,
    /** Post only: action `forget:{id}`. */
    devices: `${account}/devices`,
    /** Post only: action `end:{id}`, `end:current`, `end:others` or `end:all`. */
    sessions: `${account}/sessions`,
  };
}
