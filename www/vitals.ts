// How fast the page was, by the definitions of Google's web-vitals, as their three ratings. Loaded where the owner switched it on.
import { type Metric, onCLS, onINP, onLCP, onTTFB } from 'web-vitals';
import type { Track } from './capture/clicks';

export function measure(track: Track): void {
  const say = ({ name, rating }: Metric): void => track('web vitals', { [name.toLowerCase()]: rating.replace('-', ' ') });
  for (const on of [onTTFB, onLCP, onCLS, onINP]) on(say);
}
