// The records of `index-block.test.ts`, enough for two levels above the blocks.

process.env['RECORDS'] ??= '150000'
await import('./index-block.test.ts')
