import Box from '@cloudscape-design/components/box'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import type { HostState } from '../../overview/fleet-health.ts'
import { layOut, tileAt, titleOf, type HostGroup, type Tile } from '../../overview/map-layout.ts'
import { counted } from '../../ui/counted.ts'
import { useElementWidth } from './use-element-width.ts'
import { useIsDark } from './use-is-dark.ts'

/** Every host as a tile, drawn at once: five thousand are no more work for the browser than five. A table beside says the same. */
export function HostMap({ groups }: { readonly groups: readonly HostGroup[] }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const navigate = useNavigate()
  const isDark = useIsDark()
  const [frame, width] = useElementWidth()
  const [pointed, setPointed] = useState<Tile>()
  const layout = useMemo(() => layOut(groups, width), [groups, width])
  const { tiles, labels, size, height } = layout

  // Before it is painted: the element has its new size already, and would show what was drawn for the old one, stretched.
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context || width === 0) return
    const scale = devicePixelRatio
    context.canvas.width = Math.round(width * scale)
    context.canvas.height = Math.round(height * scale)
    context.scale(scale, scale)
    const colors = isDark ? DARK : LIGHT
    context.font = '600 12px "Open Sans", Helvetica, Arial, sans-serif'
    context.fillStyle = colors.text
    for (const { text, x, y } of labels) context.fillText(text, x, y)
    for (const { x, y, state } of tiles) draw(context, { x, y, size, state, colors })
  }, [tiles, labels, size, height, width, isDark])

  const at = ({ nativeEvent }: { readonly nativeEvent: MouseEvent }) =>
    tileAt(layout, nativeEvent.offsetX, nativeEvent.offsetY)
  return (
    <div ref={frame} style={{ position: 'relative' }}>
      <Box fontSize="body-s" color="text-body-secondary">
        {pointed === undefined ? 'Point at a host to see which it is.' : wordsOf(pointed)}
      </Box>
      <canvas
        ref={canvas}
        style={{
          width,
          height,
          display: 'block',
          cursor: pointed === undefined ? 'default' : 'pointer',
        }}
        onMouseMove={(event) => setPointed(at(event))}
        onMouseLeave={() => setPointed(undefined)}
        onClick={(event) => {
          const tile = at(event)
          if (tile !== undefined)
            void navigate(`/instances/${encodeURIComponent(tile.instance.instanceId)}`)
        }}
      >
        A map of {counted(tiles.length, 'host')}: the table says the same.
      </canvas>
    </div>
  )
}

interface Colors {
  readonly text: string
  readonly states: Readonly<Record<HostState, string>>
}

const LIGHT: Colors = {
  text: '#424650',
  states: { connected: '#037f0c', impaired: '#b2911c', lost: '#d91515', pending: '#656871' },
}
const DARK: Colors = {
  text: '#c6c6cd',
  states: { connected: '#29ad32', impaired: '#f2cd54', lost: '#ff7a7a', pending: '#8c8c94' },
}

/** Each state has a form of its own as well as a colour: whole, with a dot, crossed out, empty. */
function draw(
  context: CanvasRenderingContext2D,
  tile: {
    readonly x: number
    readonly y: number
    readonly size: number
    readonly state: HostState
    readonly colors: Colors
  },
): void {
  const { x, y, size, state, colors } = tile
  context.fillStyle = colors.states[state]
  context.strokeStyle = colors.states[state]
  context.lineWidth = size > 10 ? 2 : 1
  const inner = context.lineWidth / 2
  switch (state) {
    case 'connected':
      return context.fillRect(x, y, size, size)
    case 'impaired':
      context.fillRect(x, y, size, size)
      return context.clearRect(x + size / 2 - size / 8, y + size / 4, size / 4, size / 2)
    case 'lost':
      context.strokeRect(x + inner, y + inner, size - 2 * inner, size - 2 * inner)
      context.beginPath()
      context.moveTo(x, y)
      context.lineTo(x + size, y + size)
      context.moveTo(x + size, y)
      context.lineTo(x, y + size)
      return context.stroke()
    case 'pending':
      return context.strokeRect(x + inner, y + inner, size - 2 * inner, size - 2 * inner)
  }
}

const wordsOf = ({ instance, state }: Tile): string =>
  `${titleOf(instance)} · ${instance.instanceId} · ${STATE_WORDS[state]}`

export const STATE_WORDS: Readonly<Record<HostState, string>> = {
  connected: 'Connected',
  impaired: 'Connected, with problems',
  lost: 'Agent lost',
  pending: 'Not joined yet',
}
