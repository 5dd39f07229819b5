import { join } from 'node:path'
import bundled, { inflate } from '@sparticuz/chromium'
import { chromium, type Browser } from 'playwright-core'

/** The browser comes inside a package of npm, which has it for Linux on x64 alone. */
export const noBrowser: string | false =
  process.platform === 'linux' && process.arch === 'x64'
    ? false
    : 'the browser that npm brings runs on Linux on x64 only'

/** A real Chromium, with its rules for requests to other origins in force. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await bundled.executablePath()
  const bin = join(import.meta.dirname, '../../node_modules/@sparticuz/chromium/bin')
  // Libraries that a small machine may not have.
  const libraries = join(await inflate(join(bin, 'al2023.tar.br')), 'lib')
  const env = { ...process.env, LD_LIBRARY_PATH: libraries }
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--no-zygote'], env })
}
