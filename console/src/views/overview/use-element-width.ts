import { useLayoutEffect, useRef, useState, type RefObject } from 'react'

/** How wide an element is, in pixels of CSS, also when that changes; 0 before it is shown. */
export function useElementWidth(): readonly [RefObject<HTMLDivElement | null>, number] {
  const element = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const { current } = element
    if (current === null) return
    const watch = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.floor(entry.contentRect.width))
    })
    watch.observe(current)
    return () => watch.disconnect()
  }, [])
  return [element, width]
}
