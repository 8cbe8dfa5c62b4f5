import { recordingDirectory } from './directory.ts'
import { RecordingWriter } from './recording-writer.ts'

// For tests: a server that records until it is killed. It says each line that is on the disk, so that the test knows what must be there.

const [path = '', recordingId = '', key = ''] = process.argv.slice(2)
const file = await recordingDirectory(path).create({ recordingId, startedAt: 0 })
const writer = await RecordingWriter.begin({
  recordingId,
  key: Buffer.from(key, 'hex'),
  file,
  header: { width: 80, height: 24 },
  elapsed: () => performance.now(),
  maxBytes: 1 << 30,
})
let told = writer.readable.bytes
setInterval(() => {
  const { bytes } = writer.readable
  if (bytes > told) process.stdout.write(`${(told = bytes)}\n`)
}, 5)
for (let line = 0; ; line++) {
  await writer.output(Buffer.from(`line ${line} ${'x'.repeat(line % 500)}\r\n`))
  if (line % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
}
