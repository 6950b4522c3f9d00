/** Loudness over time in `count` steps of 0…1, read from the sound itself. */
export async function readPeaks(url: string, count: number, signal: AbortSignal): Promise<number[]> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error("media not available");
  const bytes = await response.arrayBuffer();
  const sound = await new OfflineAudioContext(1, 1, 8_000).decodeAudioData(bytes);
  const samples = sound.getChannelData(0);
  const size = Math.max(1, Math.floor(samples.length / count));
  const peaks = Array.from({ length: count }, (_, step) => {
    let sum = 0;
    const end = Math.min(samples.length, (step + 1) * size);
    for (let index = step * size; index < end; index += 1) sum += (samples[index] ?? 0) ** 2;
    return Math.sqrt(sum / size);
  });
  const top = Math.max(...peaks, 0.01);
  return peaks.map((peak) => peak / top);
}
