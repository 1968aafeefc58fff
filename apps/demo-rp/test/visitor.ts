/** A browser without a screen: keeps cookies by path, follows nothing by itself. */
export function visitor(baseUrl: string) {
  const jar = new Map<string, string>();
  return {
    jar,
    async go(path: string, init: { form?: Record<string, string>; headers?: Record<string, string> } = {}) {
      const response = await fetch(`${baseUrl}${path}`, {
        redirect: 'manual',
        method: init.form ? 'POST' : 'GET',
        ...(init.form ? { body: new URLSearchParams(init.form) } : {}),
        headers: { accept: 'text/html', cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; '), ...init.headers },
      });
      for (const line of response.headers.getSetCookie()) {
        const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
        if (value === '') jar.delete(name);
        else jar.set(name, value);
      }
      const location = response.headers.get('location') ?? '';
      return {
        status: response.status,
        location,
        cookies: response.headers.getSetCookie(),
        text: await response.text(),
      };
    },
  };
}
