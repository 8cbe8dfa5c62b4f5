/** Names of drivers that draw with the processor. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render|mesa offscreen/i

/** Whether what WebGL calls its renderer is no graphics card. */
export function isSoftware(renderer: string): boolean {
  return renderer === '' || SOFTWARE.test(renderer)
}

/**
 * Whether this browser draws WebGL with a graphics card. Without one it is many times slower than the DOM (40 s instead of 6 s for 50 MB), and
 * browsers do not say so unless they are asked for the name.
 */
export function hasGraphicsCard(): boolean {
  const context = document
    .createElement('canvas')
    .getContext('webgl2', { failIfMajorPerformanceCaveat: true })
  if (context === null) return false
  const names = context.getExtension('WEBGL_debug_renderer_info')
  const renderer: unknown =
    names === null
      ? context.getParameter(context.RENDERER)
      : context.getParameter(names.UNMASKED_RENDERER_WEBGL)
  context.getExtension('WEBGL_lose_context')?.loseContext()
  return typeof renderer === 'string' && !isSoftware(renderer)
}
