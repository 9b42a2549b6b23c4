'use client';
import { track } from 'askfirst';
import { useConsent } from 'askfirst/react';

export function Buttons() {
  const { status, show } = useConsent();
  return (
    <>
      <button id="signup" onClick={() => track('signup', { plan: 'pro' })}>
        Sign up
      </button>
      <button id="privacy" onClick={show}>
        Privacy: {status?.state ?? 'off'}, {status?.level ?? 'none'}
      </button>
    </>
  );
}
