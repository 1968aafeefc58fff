// What the pages gain with JavaScript; without it everything works but copying, printing by button and showing a password.
(() => {
  const root = document.documentElement;
  // Before the first paint, so that nothing moves: the style sheet shows the buttons that need a script.
  root.classList.add('script');
  if (navigator.clipboard) root.classList.add('clipboard');

  // Dates are written by the server in the zone that this cookie names.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) {
    const secure = location.protocol === 'https:' ? '; secure' : '';
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
    document.cookie = `sparekey_time_zone=${zone}; path=/; max-age=31536000; samesite=lax${secure}`;
  }

  /** @param {string} selector */
  const textOf = (selector) =>
    [...document.querySelectorAll(selector)].map((e) => e.getAttribute('data-secret') ?? e.textContent).join('\n');

  const acts = {
    /** @param {HTMLElement} button */
    async copy(button) {
      await navigator.clipboard.writeText(textOf(button.dataset.copy));
      const text = button.textContent;
      button.setAttribute('aria-live', 'polite');
      button.textContent = button.dataset.copied;
      setTimeout(() => {
        button.textContent = text;
      }, 3000);
    },
    print() {
      window.print();
    },
    /** @param {HTMLElement} button */
    reveal(button) {
      const input = document.getElementById(button.dataset.reveal);
      const shown = input.type === 'password';
      input.type = shown ? 'text' : 'password';
      button.textContent = shown ? button.dataset.hide : button.dataset.show;
      button.setAttribute('aria-pressed', String(shown));
      input.focus();
    },
  };

  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-copy], [data-print], [data-reveal]');
    const act = button && Object.keys(acts).find((name) => name in button.dataset);
    if (act) acts[act](button);
  });

  // A double click must not send a code twice: the second one would be told that it was used. Back makes it fresh again.
  let sent = 0;
  document.addEventListener('submit', (event) => {
    if (event.timeStamp - sent < 2000 && sent > 0) event.preventDefault();
    else sent = event.timeStamp;
    // A shown password must not end up in the browser's memory of form texts.
    for (const input of document.querySelectorAll('.secret input')) input.type = 'password';
  });
  window.addEventListener('pageshow', () => {
    sent = 0;
  });

  // For browsers that do not honour autofocus on the alert.
  document.addEventListener('DOMContentLoaded', () => document.getElementById('problem')?.focus());
})();
