const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'

/** Text that looks random and is the same for the same seed: trace ids, tokens, cursors. */
export type RandomText = (length: number) => string

/** An xorshift generator over 32 bits; quality does not matter here, repeatability and speed do. */
export function randomText(seed: number): RandomText {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1
  return (length) => {
    let text = ''
    while (text.length < length) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      text += ALPHABET[(state >>> 3) & 63] ?? ''
    }
    return text
  }
}
