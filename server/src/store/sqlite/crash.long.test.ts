// The crashes of `crash.test.ts`, ten of them.

process.env['KILLS'] ??= '10'
await import('./crash.test.ts')
