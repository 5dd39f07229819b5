// The sandbox, counting members instead of keeping them; prints its address and runs until it is ended.
import { serveSandbox } from '../sandbox/meta/serve.ts'

const { url } = await serveSandbox({ port: 0, countOnly: true })
process.stdout.write(`${url}\n`)
