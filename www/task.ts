/** In a task of its own, where the browser can do that: what the visitor does can go between (web.dev, "Optimize long tasks"). */
export const soon = (does: () => unknown, priority: TaskPriority = 'background'): void =>
  void (window.scheduler?.postTask?.(does, { priority }) || does());
