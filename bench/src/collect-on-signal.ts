// Loaded into a server (NODE_OPTIONS) whose memory is measured: collects garbage when told to. Needs --expose-gc.

process.on('SIGUSR2', () => {
  globalThis.gc?.()
})
