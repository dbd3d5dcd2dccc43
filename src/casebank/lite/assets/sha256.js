/* SHA-256 by FIPS 180-4. The browser's own is missing on plain http. */
const K = new Uint32Array(64), H = new Uint32Array(8);
for (let n = 2, i = 0; i < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) { prime = false; break; }
  if (!prime) continue;
  // The first 32 bits of the fractional parts of roots of the first 64 primes.
  const part = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32);
  K[i] = part(Math.cbrt(n));
  if (i < 8) H[i] = part(Math.sqrt(n));
  i++;
}

/** The digest of bytes or of a text's UTF-8, in hexadecimal. */
export const sha256 = (content) => {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const size = ((bytes.length + 8) >> 6 << 6) + 64;
  const all = new Uint8Array(size), view = new DataView(all.buffer);
  all.set(bytes);
  all[bytes.length] = 0x80;
  view.setUint32(size - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(size - 4, bytes.length << 3);
  const h = H.slice(), w = new Uint32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < size; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
    }
    const s = [...h];
    for (let i = 0; i < 64; i++) {
      const e = s[4], a = s[0];
      const one = (s[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + K[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]))) | 0;
      s.unshift((one + two) | 0);
      s.pop();
      s[4] = (s[4] + one) | 0;
    }
    for (let i = 0; i < 8; i++) h[i] += s[i];
  }
  return [...h].map((x) => x.toString(16).padStart(8, "0")).join("");
};
