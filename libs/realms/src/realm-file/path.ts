const identifier = /^[A-Za-z_$][\w$]*$/;

/** `at('users', 3, 'attributes', 'a.b')` is `users[3].attributes["a.b"]`. */
export function at(...steps: PropertyKey[]): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === 'number') return `${path}[${step}]`;
    const name = String(step);
    if (!identifier.test(name)) return `${path}[${JSON.stringify(name)}]`;
    return path === '' ? name : `${path}.${name}`;
  }, '');
}

/** A path below another one. */
export function below(path: string, ...steps: PropertyKey[]): string {
  const rest = at(...steps);
  return path === '' || rest.startsWith('[') ? path + rest : `${path}.${rest}`;
}
