/** Runs it in a task of its own, if the browser can, so that input is handled before (web.dev, "Optimize long tasks"). */
export const schedule = (does: () => unknown, priority: TaskPriority = 'background'): void =>
  void (window.scheduler?.postTask?.(does, { priority }) || does());
