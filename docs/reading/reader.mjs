// Reads sessions as docs/reading.md says: HOST PORT; a token a line on standard input.
// Prints for each token the document, or "ask Postgres". With a Redis client of your own only
// cachedSession() is left.
import { createHmac } from 'node:crypto';
import net from 'node:net';
import readline from 'node:readline';

/** As much of RESP2 (https://redis.io/docs/latest/develop/reference/protocol-spec/) as GET and MGET need. */
class Redis {
  #socket;
  #buffer = Buffer.alloc(0);
  #waiting = [];

  constructor(host, port) {
    this.#socket = net.connect(port, host);
    this.#socket.setTimeout(1000, () => {
      if (this.#waiting.length) this.#socket.destroy(new Error('Redis is silent'));
    });
    this.#socket.on('data', (data) => {
      this.#buffer = Buffer.concat([this.#buffer, data]);
      for (let answer = this.#parse(0); answer && this.#waiting.length; answer = this.#parse(0)) {
        this.#buffer = this.#buffer.subarray(answer.end);
        this.#waiting.shift()(answer.value);
      }
    });
  }

  call(...words) {
    const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    this.#socket.write(`*${words.length}\r\n${parts.join('')}`);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** One answer from a place on, or undefined when it has not arrived in full. */
  #parse(at) {
    const line = this.#buffer.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const kind = String.fromCharCode(this.#buffer[at]);
    const rest = this.#buffer.toString('utf8', at + 1, line);
    if (kind === '$') {
      const end = line + 2 + Number(rest);
      if (rest === '-1') return { value: null, end: line + 2 };
      if (this.#buffer.length < end + 2) return undefined;
      return { value: this.#buffer.toString('utf8', line + 2, end), end: end + 2 };
    }
    if (kind === '*') {
      const value = [];
      let end = line + 2;
      for (let i = 0; i < Number(rest); i++) {
        const one = this.#parse(end);
        if (!one) return undefined;
        value.push(one.value);
        end = one.end;
      }
      return { value, end };
    }
    if (kind === '-') throw new Error(rest);
    return { value: rest, end: line + 2 };
  }

  close() {
    this.#socket.end();
  }
}

/** Whether all lanes are within the bound. Keep the answer for a second. */
async function isCurrent(redis) {
  const first = await redis.call('GET', 'warmer:watermark:0');
  if (first === null) return false;
  const keys = [...Array(JSON.parse(first).lanes).keys()].map((lane) => `warmer:watermark:${lane}`);
  const marks = (await redis.call('MGET', ...keys)).map((mark) => mark && JSON.parse(mark));
  return marks.every((mark) => mark && mark.at_ms > Date.now() - mark.bound_ms);
}

/** Secret of token.hash=hmac-sha256, in hex or base64; undefined for token.hash=none. */
const KEY = keyOf(process.env.WARMER_TOKEN_HASH_KEY);

function keyOf(text) {
  return text ? Buffer.from(text, /^[0-9a-fA-F]+$/.test(text) ? 'hex' : 'base64') : undefined;
}

/** What stands for a token in its key. */
function hashed(token) {
  return KEY ? createHmac('sha256', KEY).update(token).digest('base64url') : token;
}

/** The document, or null: then ask Postgres. */
export async function cachedSession(redis, token) {
  const current = await isCurrent(redis); // first the proof, then the value
  const document = await redis.call('GET', `session:${hashed(token)}`);
  if (document === null || !current) return null;
  const expires = JSON.parse(document).expires_at;
  return expires === 'infinity' || Date.parse(expires) > Date.now() ? document : null;
}

const redis = new Redis(process.argv[2], Number(process.argv[3]));
for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log((await cachedSession(redis, line.trim())) ?? 'ask Postgres');
}
redis.close();
