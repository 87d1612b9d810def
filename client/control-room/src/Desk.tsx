import { type ReactNode, useState } from "react";
import { CommandDialog } from "./commands/CommandDialog";
import { Controls } from "./commands/Controls";
import type { Draft } from "./commands/draft";
import { healthOf } from "./night/health";
import type { NightWatch } from "./night/NightWatch";
import { useNight } from "./night/useNight";
import { Audit } from "./panels/Audit";
import { Cohorts } from "./panels/Cohorts";
import { Faults } from "./panels/Faults";
import { Header } from "./panels/Header";
import { Moments } from "./panels/Moments";
import { Rungs } from "./panels/Rungs";
import { Steps } from "./panels/Steps";
import { Timeline } from "./panels/Timeline";
import { Verdict } from "./panels/Verdict";

/** The operators' page: verdict, moments, cohorts, latency, faults and controls. */
export function Desk({ watch, operator }: { watch: NightWatch; operator: string }): ReactNode {
  const { night, state, refusal } = useNight(watch);
  const [draft, setDraft] = useState<Draft | null>(null);
  if (refusal && !night.match) {
    return (
      <main className="sign-in" role="alert">
        <h1>Not for everybody</h1>
        <p>{refusal}</p>
      </main>
    );
  }
  const dispatches = Object.values(night.dispatches).sort((a, b) => a.at.localeCompare(b.at));
  return (
    <>
      <Header night={night} state={state} operator={operator} />
      <Verdict health={healthOf(night, dispatches, state)} night={night} />
      <main className="desk">
        <Timeline night={night} />
        <Controls night={night} onDraft={setDraft} />
        <Moments night={night} onDraft={setDraft} />
        <Cohorts night={night} dispatches={dispatches} onDraft={setDraft} />
        <Steps dispatches={dispatches} />
        <Rungs dispatches={dispatches} />
        <Faults night={night} dispatches={dispatches} />
        <Audit night={night} readOlder={(until) => watch.olderAudit(until)} />
      </main>
      {draft && (
        <CommandDialog
          draft={draft}
          give={(command) => watch.command(command)}
          onClose={() => setDraft(null)}
        />
      )}
    </>
  );
}
