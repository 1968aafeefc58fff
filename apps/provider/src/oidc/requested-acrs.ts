export interface RequestedAcrs {
  /** In order of preference. */
  values: string[];
  essential: boolean;
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

/** The claims parameter as an object; empty when absent. The engine has refused what is not JSON before. */
export function parseClaimsParameter(parameter: unknown): { id_token: Json; userinfo: Json } {
  const parsed: unknown = typeof parameter === 'string' ? JSON.parse(parameter) : {};
  const member = (name: string): Json => {
    const value = isObject(parsed) ? parsed[name] : undefined;
    return isObject(value) ? value : {};
  };
  return { id_token: member('id_token'), userinfo: member('userinfo') };
}

/**
 * The authentication context classes that an authorization request asks for: an `acr` in the claims parameter counts
 * before `acr_values`, because only it can be essential (OIDC Core §5.5.1.1).
 */
export function requestedAcrs(params: Json): RequestedAcrs {
  const { acr } = parseClaimsParameter(params.claims).id_token;
  if (isObject(acr)) {
    const values = [...(typeof acr.value === 'string' ? [acr.value] : []), ...strings(acr.values)];
    if (values.length > 0) return { values, essential: acr.essential === true };
  }
  const list = typeof params.acr_values === 'string' ? params.acr_values.split(' ').filter(Boolean) : [];
  return { values: list, essential: false };
}
