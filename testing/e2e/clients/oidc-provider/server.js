// An OpenID provider on loopback whose tokens hold what a test asks for.
// Prints its URL and serves until its input ends; a line "rotate" there puts new keys in place of
// the old ones and is answered with "rotated".
//
// POST /token with client_credentials and the headers
//   x-claims  JSON of the claims to put into the token, over the provider's own
//   x-alg     the signature
//   x-typ     the header's typ; the provider's own (at+jwt) without

import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

// What Debian's Node.js 18 lacks.
globalThis.crypto ??= webcrypto;
URL.parse ??= (text, base) => (URL.canParse(text, base) ? new URL(text, base) : null);

const SIGNATURES = {
  RS256: ['rsa', { modulusLength: 2048 }],
  PS256: ['rsa', { modulusLength: 2048 }],
  ES256: ['ec', { namedCurve: 'P-256' }],
  EdDSA: ['ed25519', {}],
};
let generation = 0;

function keys() {
  generation += 1;
  return Object.entries(SIGNATURES).map(([alg, [type, options]]) => ({
    ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
    kid: `${alg}-${generation}`,
    alg,
    use: 'sig',
  }));
}

function configuration(signingKeys) {
  return {
    jwks: { keys: signingKeys },
    clients: [
      {
        client_id: 'job',
        client_secret: 'job-secret',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    enabledJWA: { idTokenSigningAlgValues: Object.keys(SIGNATURES) },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (ctx) => ({
          scope: '',
          audience: 'stepgate',
          accessTokenTTL: 300,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: ctx.get('x-alg') || 'RS256' } },
        }),
      },
    },
    formats: {
      customizers: {
        jwt: (ctx, token, made) => {
          Object.assign(made.payload, JSON.parse(ctx.get('x-claims') || '{}'));
          if (ctx.get('x-typ')) {
            made.header = { ...made.header, typ: ctx.get('x-typ') };
          }
          return made;
        },
      },
    },
  };
}

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const url = `http://127.0.0.1:${server.address().port}`;
let answer = new Provider(url, configuration(keys())).callback();
server.on('request', (request, response) => answer(request, response));
console.log(url);

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'rotate') {
    answer = new Provider(url, configuration(keys())).callback();
    console.log('rotated');
  }
}
process.exit(0);
