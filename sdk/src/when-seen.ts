/** Seen means: at least this part of it, for this long, in a tab that is looked at. */
const SEEN_RATIO = 0.5
const SEEN_MS = 1000

/**
 * Calls once an element has been seen: half of it or more in view for a second on end, in a visible tab.
 *
 * @returns stops watching
 */
export function whenSeen(element: Element, onSeen: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isInView = false
  const update = () => {
    clearTimeout(timer)
    if (isInView && !document.hidden) timer = setTimeout(check, SEEN_MS)
  }
  const check = () => {
    // In view, but made invisible by style: look again later.
    if (element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) === false)
      return update()
    stop()
    onSeen()
  }
  const observer = new IntersectionObserver(
    (entries) => {
      isInView = (entries.at(-1)?.intersectionRatio ?? 0) >= SEEN_RATIO
      update()
    },
    { threshold: SEEN_RATIO },
  )
  const stop = () => {
    clearTimeout(timer)
    observer.disconnect()
    document.removeEventListener('visibilitychange', update)
  }
  document.addEventListener('visibilitychange', update)
  observer.observe(element)
  return stop
}
