/** Answered with 200 to anybody, each with the reason why. Whatever is not here is refused, or leads to a sign-in. */
export const publicRoutes: Readonly<Record<string, string>> = {
  '/realms/:realm/.well-known/openid-configuration': 'discovery is for applications that know nothing yet',
  '/realms/:realm/.well-known/oauth-authorization-server': 'the same by the name of RFC 8414',
  '/realms/:realm/protocol/openid-connect/certs': 'public keys',
  '/realms/:realm/protocol/openid-connect/logout': 'asks whether to sign out, and knows nobody',
  '/realms/:realm/protocol/openid-connect/logout/success': 'says that one is signed out',
  '/realms/:realm/account/api/openapi.json': 'the contract, which is in the documentation too',
};
