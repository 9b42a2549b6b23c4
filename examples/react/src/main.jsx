import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { track } from 'askfirst';
import { AskFirst, useConsent } from 'askfirst/react';

function Privacy() {
  const { status, show } = useConsent();
  return (
    <button id="privacy" onClick={show}>
      Privacy: {status?.state ?? 'off'}, {status?.level ?? 'none'}
    </button>
  );
}

// `local` is for trying it out on your own machine: leave it away on the site that you publish.
createRoot(document.body.appendChild(document.createElement('main'))).render(
  <StrictMode>
    <AskFirst site="demo" endpoint="http://127.0.0.1:8100" local="on" />
    <h1>A shop, with React</h1>
    <button id="signup" onClick={() => track('signup', { plan: 'pro' })}>
      Sign up
    </button>
    <Privacy />
  </StrictMode>,
);
