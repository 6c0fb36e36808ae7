// An OpenID provider on loopback whose tokens hold what a test asks for.
// Prints its URL and serves until its input ends; a line "rotate" there puts new keys in place of
// the old ones and is answered with "rotated".
//
// POST /token with client_credentials and the headers
//   x-claims  JSON of the claims to put into the token, over the provider's own
//   x-alg     the signature
//   x-typ     the header's typ; the provider's own (at+jwt) without
//
// People sign in as the clients stepgate-cli and stepgate-cli-brief (whose ID tokens are good for
// five seconds), with any password: by the device grant, or in a browser with PKCE. Their groups are
// what their name holds behind its first dot (alice.dba.auditors); offline_access gives a refresh
// token, /token/revocation takes it back.

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

function person(id, more = {}) {
  return {
    client_id: id,
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: [
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    redirect_uris: ['http://127.0.0.1/callback'],
    response_types: ['code'],
    ...more,
  };
}

function account(ctx, id) {
  return {
    accountId: id,
    claims: () => ({ sub: id, name: id.split('.')[0], groups: id.split('.').slice(1) }),
  };
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
      person('stepgate-cli'),
      person('stepgate-cli-brief'),
    ],
    findAccount: account,
    claims: { openid: ['sub'], groups: ['name', 'groups'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['for these tests alone'] },
    ttl: {
      IdToken: (ctx, token, client) => (client.clientId.endsWith('-brief') ? 5 : 3600),
    },
    enabledJWA: { idTokenSigningAlgValues: Object.keys(SIGNATURES) },
    features: {
      devInteractions: { enabled: true },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
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
