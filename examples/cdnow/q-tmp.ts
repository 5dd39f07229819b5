import { serveSandbox } from '../../sandbox/meta/serve.ts'
await serveSandbox({ port: Number(process.argv[4]) })
