// askfirst/vue: a plugin that starts, and a composable that follows the consent.
import { onMounted, onUnmounted, shallowRef } from 'vue';
import { actions, begin, follow, status } from './follow';
import type { Status } from './types';
import type * as Types from './types-vue';

export const askfirst: typeof Types.askfirst = {
  install: (_app, options) => begin(options),
};

export const useConsent: typeof Types.useConsent = () => {
  const now = shallowRef<Status>();
  let stop: (() => void) | undefined;
  // Not before: the server drew it without a status.
  onMounted(() => {
    const look = (): unknown => (now.value = status());
    look();
    stop = follow(look);
  });
  onUnmounted(() => stop?.());
  return { ...actions, status: now };
};
