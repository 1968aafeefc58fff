// Asks the browser for a passkey and posts its answer with the form of the button. It runs after the page was read.
(() => {
  const button = document.querySelector('[data-passkey]');
  if (!button) return;
  const { form } = button;
  const ceremony = button.dataset.passkey;
  const options = JSON.parse(button.dataset.options);
  const failures = JSON.parse(button.dataset.failures);

  /** @param {string} text base64url */
  const toBytes = (text) =>
    Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));

  /** @param {ArrayBuffer | null | undefined} bytes */
  const toText = (bytes) =>
    bytes &&
    btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');

  const withBytes = (list = []) => list.map((each) => ({ ...each, id: toBytes(each.id) }));

  // The JSON methods of WebAuthn L3 are not in every browser yet, and some password managers answer without them.
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    ...(options.user ? { user: { ...options.user, id: toBytes(options.user.id) } } : {}),
    ...(options.allowCredentials ? { allowCredentials: withBytes(options.allowCredentials) } : {}),
    ...(options.excludeCredentials ? { excludeCredentials: withBytes(options.excludeCredentials) } : {}),
  };

  const answerOf = ({ id, type, response }) => ({
    id,
    rawId: id,
    type,
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: toText(response.userHandle) || undefined,
      transports: response.getTransports?.(),
    },
  });

  /** The one alert of the page, made when there is none. */
  const tell = (text) => {
    let alert = document.getElementById('problem');
    if (!alert) {
      alert = document.createElement('div');
      alert.className = 'alert';
      alert.id = 'problem';
      alert.tabIndex = -1;
      alert.setAttribute('role', 'alert');
      form.before(alert);
      document.title = button.dataset.error + document.title;
    }
    alert.textContent = text;
    alert.focus();
  };

  const send = (credential) => {
    form.elements.webauthn.value = JSON.stringify(answerOf(credential));
    form.requestSubmit(button);
  };

  let running = new AbortController();
  const ask = (mediation) => {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    return ceremony === 'create'
      ? navigator.credentials.create({ publicKey, signal })
      : navigator.credentials.get({ publicKey, signal, ...(mediation ? { mediation } : {}) });
  };

  /** Passkeys among the names in the browser's own list: it waits, and fails in silence. */
  const autofill = async () => {
    if (ceremony !== 'get-or-autofill') return;
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    try {
      send(await ask('conditional'));
    } catch {
      // Ended by the button, or by the browser: the page asks for a password all the same.
    }
  };

  const supported = Boolean(window.PublicKeyCredential && navigator.credentials);
  const unsupported = () => {
    // Where there is another main way the button just goes; where there is none the page says why.
    if (button.value === 'continue') tell(failures.unsupported);
    button.remove();
  };

  button.addEventListener('click', async (event) => {
    event.preventDefault();
    const began = performance.now();
    try {
      const credential = await ask();
      if (credential) send(credential);
    } catch (error) {
      const late = error.name === 'NotAllowedError' && performance.now() - began >= options.timeout - 1000;
      tell(failures[late ? 'TimeoutError' : error.name] ?? failures.other);
      autofill();
    }
  });

  if (supported) autofill();
  else unsupported();
})();
