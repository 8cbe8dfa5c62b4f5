// The laws of `covers.laws.test.ts`, for twenty times as many cases.

process.env['RUNS'] ??= '4000'
await import('./covers.laws.test.ts')
