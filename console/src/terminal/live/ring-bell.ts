import type { TerminalSettings } from '../settings/terminal-settings.ts'

/** A program that rings all the time is heard, or seen, so often at most. */
const EVERY_MS = 200
const FLASH_MS = 120

let rungAt = 0
let audio: AudioContext | undefined

/** Rings as the person wants it. */
export function ringBell(bell: TerminalSettings['bell'], screen: HTMLElement): void {
  const now = performance.now()
  if (now - rungAt < EVERY_MS) return
  rungAt = now
  switch (bell) {
    case 'none':
      return
    case 'flash':
      screen.classList.add('terminal-rings')
      setTimeout(() => screen.classList.remove('terminal-rings'), FLASH_MS)
      return
    case 'sound':
      beep()
  }
}

/** Made here, without a file to load. */
function beep(): void {
  audio ??= new AudioContext()
  const tone = audio.createOscillator()
  const volume = audio.createGain()
  const end = audio.currentTime + 0.12
  tone.frequency.value = 660
  volume.gain.setValueAtTime(0.08, audio.currentTime)
  volume.gain.exponentialRampToValueAtTime(0.001, end)
  tone.connect(volume).connect(audio.destination)
  tone.start()
  tone.stop(end)
}
