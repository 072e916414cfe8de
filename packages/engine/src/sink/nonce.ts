/** Hexadecimal digits of the counter and of the random part. */
const DIGITS = 16;

/**
 * Makes nonces of 32 hexadecimal digits: 16 random ones drawn once, then 16 that count. No two of
 * one process are equal, and two processes draw the same start once in 2^64.
 */
export function nonces(random: () => number): () => string {
  let start = '';
  while (start.length < DIGITS) {
    start += Math.floor(random() * 0x1_0000)
      .toString(16)
      .padStart(4, '0');
  }
  let count = 0;
  return () => {
    count += 1;
    return start + count.toString(16).padStart(DIGITS, '0');
  };
}
