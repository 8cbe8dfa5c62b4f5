import { run } from './run.ts'

// The compile cache (see cli/bin/fleetkey) is for this process: what it starts shall not inherit it.
if (process.env['FLEETKEY_OWN_COMPILE_CACHE']) {
  delete process.env['FLEETKEY_OWN_COMPILE_CACHE']
  delete process.env['NODE_COMPILE_CACHE']
}

process.exitCode = await run(process.argv.slice(2))
