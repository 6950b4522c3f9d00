import { webmToOgg } from "./webm-to-ogg.ts";

export interface Recording {
  seconds: () => number;
  /** Loudness now, 0…1. */
  level: () => number;
  finish: () => Promise<{ blob: Blob; fileName: string; isVoice: boolean }>;
}

// WhatsApp plays only Opus in Ogg as a voice note. Firefox records it; Chromium's and Safari's WebM is moved into Ogg; AAC in
// MP4 goes as an ordinary sound.
const formats = [
  { mimeType: "audio/ogg;codecs=opus", type: "audio/ogg", fileName: "voice.ogg", isVoice: true },
  { mimeType: "audio/webm;codecs=opus", type: "audio/ogg", fileName: "voice.ogg", isVoice: true },
  { mimeType: "audio/mp4", type: "audio/mp4", fileName: "voice.m4a", isVoice: false },
] as const;

/** Asks for the microphone and records until `finish`; aborting gives the microphone back and drops what was heard. */
export async function startRecording(signal: AbortSignal): Promise<Recording> {
  const format = formats.find((one) => MediaRecorder.isTypeSupported(one.mimeType));
  if (!format) throw new Error("no recording format");
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
  });
  const release = (): void => {
    for (const track of stream.getTracks()) track.stop();
    void context.close().catch(() => undefined);
  };
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  const recorder = new MediaRecorder(stream, { mimeType: format.mimeType, audioBitsPerSecond: 24_000 });
  const chunks: Blob[] = [];
  recorder.ondataavailable = (event) => chunks.push(event.data);
  const startedAt = performance.now();
  recorder.start(250);
  if (signal.aborted) release();
  signal.addEventListener("abort", () => {
    if (recorder.state !== "inactive") recorder.stop();
    release();
  });
  return {
    seconds: () => (performance.now() - startedAt) / 1000,
    level: () => {
      analyser.getByteTimeDomainData(samples);
      let sum = 0;
      for (const sample of samples) sum += ((sample - 128) / 128) ** 2;
      return Math.min(1, Math.sqrt(sum / samples.length) * 4);
    },
    finish: async () => {
      if (recorder.state !== "inactive") {
        const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
        recorder.stop();
        await stopped;
      }
      release();
      const recorded = new Blob(chunks);
      const isWebm = format.mimeType.startsWith("audio/webm");
      const sound = isWebm ? webmToOgg(new Uint8Array(await recorded.arrayBuffer())) : recorded;
      return { blob: new Blob([sound], { type: format.type }), fileName: format.fileName, isVoice: format.isVoice };
    },
  };
}
