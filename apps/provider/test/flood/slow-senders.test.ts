import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { type Acme, createAcme } from '../../src/testing/acme.ts';
import { type ProductInProcess, startProduct } from '../../src/testing/product.ts';
import { Visitor } from '../../src/testing/visitor.ts';

/** Small, and with next to no patience: whoever has to wait for a place here is turned away. */
const door = { atOnce: 2, waiting: 2, patienceMs: 200, standingPatienceMs: 200 };

let database: TestDatabase;
let acme: Acme;
let product: ProductInProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  const masterKey = randomBytes(32);
  acme = await createAcme(database.url, masterKey);
  product = await startProduct(database.url, masterKey, { admission: door });
});
afterAll(async () => {
  await product.close();
  await acme.close();
  await database.drop();
});

/** Sends the head of a form and half of its body, then nothing more. */
async function halfAForm(path: string): Promise<Socket> {
  const socket = connect(Number(new URL(product.origin).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: here\r\ncontent-type: application/x-www-form-urlencoded\r\n` +
      'content-length: 20\r\n\r\nusername=a',
  );
  return socket;
}

test('forms that never arrive in full hold no place at the door: everybody else gets in', async () => {
  const path = '/realms/acme/sign-in/AAAAAAAAAAAAAAAAAAAAA';
  const slow = await Promise.all(Array.from({ length: 4 * (door.atOnce + door.waiting) }, () => halfAForm(path)));
  try {
    const visitor = new Visitor(product);
    const { status, step } = await visitor.begin();
    expect({ status, step }).toEqual({ status: 200, step: 'identify' });
    expect((await visitor.submit({ username: 'nobody', password: 'wrong' })).status).toBe(422);
  } finally {
    for (const socket of slow) socket.destroy();
  }
});
