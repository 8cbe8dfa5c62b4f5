// The records of `index-block.test.ts`, enough for two levels above the blocks, and the beginning of a third.

process.env['RECORDS'] ??= '150000'
await import('./index-block.test.ts')
