/**
 * A process that sends wrong sign-ins: `sender.ts ORIGIN PER_SECOND SECONDS`. It has sockets and a loop of its own, so that
 * the flood holds up nobody but the provider. Prints, as JSON, the milliseconds that each answer took, by status.
 */
import { type Answer, Cookies, send } from '../flows/http.ts';

/** Sign-ins under way that the wrong forms belong to: nobody floods one row. */
const FORMS = 32;

const [, , origin = '', perSecond = '200', seconds = '30'] = process.argv;

/** The form of a sign-in, with the cookies of its browser. */
async function signInForm() {
  const cookies = new Cookies();
  let url = `${origin}/realms/master/account`;
  let answer: Answer | undefined;
  for (let hop = 0; hop < 5; hop += 1) {
    answer = await send(url, { headers: { accept: 'text/html', ...cookies.header() } });
    cookies.take(answer);
    if (answer.headers.location === undefined) break;
    url = new URL(String(answer.headers.location), url).href;
  }
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(answer?.body ?? '')?.[1] ?? '';
  return { url, cookies, csrf: hidden('csrf'), step: hidden('step') };
}

const forms: Awaited<ReturnType<typeof signInForm>>[] = [];
while (forms.length < FORMS) forms.push(await signInForm());

const answers: Record<number, number[]> = {};
const flying: Promise<void>[] = [];
const began = performance.now();
// At a fixed rate, whatever the answers; each of another name, from another network.
for (let count = 0; count < Number(perSecond) * Number(seconds); count += 1) {
  const wait = began + (count * 1000) / Number(perSecond) - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  const form = forms[count % FORMS];
  if (form === undefined) throw new Error('no form');
  const fields = {
    csrf: form.csrf,
    step: form.step,
    action: 'continue',
    username: `nobody-${count}`,
    password: 'wrong',
  };
  const from = { 'x-forwarded-for': `10.${count >> 8}.${count & 255}.1` };
  const sent = performance.now();
  flying.push(
    send(form.url, { form: fields, headers: { accept: 'text/html', ...from, ...form.cookies.header() } })
      // A kept connection may be closed at the other end just as it is used: told as status 0.
      .catch(() => ({ status: 0 }))
      .then(({ status }) => {
        answers[status] ??= [];
        answers[status].push(performance.now() - sent);
      }),
  );
}
await Promise.all(flying);
process.stdout.write(JSON.stringify(answers));
process.exit(0);
