// What Node.js programs do with PostgreSQL, on the server that the PG variables name.
// Prints one line a scenario and exits non-zero at the first that fails.

import assert from 'node:assert/strict';
import pg from 'pg';

async function client(more = {}) {
  const made = new pg.Client({ ssl: process.env.PGSSLMODE === 'disable' ? false : undefined, ...more });
  await made.connect();
  return made;
}

async function within(action, more) {
  const one = await client(more);
  try {
    await action(one);
  } finally {
    await one.end();
  }
}

const scenarios = {
  async parameters() {
    await within(async (c) => {
      const bytes = Buffer.alloc(10000, 0xf0);
      const { rows } = await c.query('SELECT $1::int8 AS n, $2::bytea AS b, $3::text AS t', [
        '1099511627776',
        bytes,
        'aä☃',
      ]);
      assert.deepEqual(rows, [{ n: '1099511627776', b: bytes, t: 'aä☃' }]);
    });
  },

  async 'binary results'() {
    await within(async (c) => {
      const { rows } = await c.query({ text: 'SELECT 41::int4 + $1 AS n', values: [1], binary: true });
      assert.equal(rows[0].n, 42);
    });
  },

  async 'named statements, many times'() {
    await within(async (c) => {
      for (let n = 0; n < 100; n++) {
        const { rows } = await c.query({ name: 'double', text: 'SELECT $1::int * 2 AS d', values: [n] });
        assert.equal(rows[0].d, n * 2);
      }
    });
  },

  async 'queries queued without waiting'() {
    await within(async (c) => {
      const all = await Promise.all(
        Array.from({ length: 200 }, (_, n) => c.query('SELECT $1::int AS n', [n])),
      );
      assert.deepEqual(all.map((r) => r.rows[0].n), Array.from({ length: 200 }, (_, n) => n));
    });
  },

  async 'an error and then another query'() {
    await within(async (c) => {
      await assert.rejects(c.query('SELECT 1 / $1::int', [0]), { code: '22012' });
      await assert.rejects(c.query('SELEKT'), { code: '42601' });
      assert.equal((await c.query('SELECT 5 AS n')).rows[0].n, 5);
    });
  },

  async 'several statements in one text'() {
    await within(async (c) => {
      const results = await c.query('SELECT 1 AS a; SELECT 2 AS b');
      assert.deepEqual(results.map((r) => r.rows[0]), [{ a: 1 }, { b: 2 }]);
    });
  },

  async 'a transaction rolled back'() {
    await within(async (c) => {
      await c.query('BEGIN');
      await c.query('CREATE TABLE rolled_back (n int)');
      await c.query('ROLLBACK');
      assert.equal((await c.query("SELECT to_regclass('rolled_back') AS r")).rows[0].r, null);
    });
  },

  async notifications() {
    await within(async (listener) => {
      await listener.query('LISTEN "node news"');
      const got = new Promise((resolve) => listener.once('notification', resolve));
      await within((speaker) => speaker.query('SELECT pg_notify($1, $2)', ['node news', 'hi']));
      assert.equal((await got).payload, 'hi');
    });
  },

  async 'a pool of twenty'() {
    const pool = new pg.Pool({ max: 20, ssl: false });
    const sums = await Promise.all(
      Array.from({ length: 400 }, (_, n) => pool.query('SELECT sum(g) AS s FROM generate_series(1, $1) g', [n])),
    );
    sums.forEach((r, n) => assert.equal(Number(r.rows[0].s), (n * (n + 1)) / 2));
    await pool.end();
  },

  async 'a wrong password'() {
    await assert.rejects(client({ password: 'not this one' }), { code: '28P01' });
  },
};

for (const [name, run] of Object.entries(scenarios)) {
  await run();
  console.log(`${name}: ok`);
}
console.log('all ok');
