/* Records the microphone into the form's own file field. */
'use strict';
(() => {
  const LOUD = 2.4;
  const panel = document.querySelector('.recorder'), button = document.getElementById('record');
  const word = document.getElementById('record-word'), state = document.getElementById('recorder-state');
  const clock = document.getElementById('clock'), canvas = document.getElementById('level');
  const playback = document.getElementById('playback'), field = document.getElementById('narration');
  panel.hidden = false;
  if (!navigator.mediaDevices || !window.MediaRecorder) {
    button.disabled = true;
    state.textContent = 'This browser records only over HTTPS or on this machine. Choose a file instead.';
    return;
  }
  let recorder = null, began = 0;

  button.addEventListener('click', () => recorder ? recorder.stop() : start());

  async function start() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true, echoCancellation: false } });
    } catch (error) {
      state.textContent = error.name === 'NotFoundError'
        ? 'There is no microphone. Choose a file instead.'
        : 'The microphone may not be used. Allow it in the browser, then record again.';
      return;
    }
    const parts = [];
    recorder = new MediaRecorder(stream);
    recorder.addEventListener('dataavailable', event => parts.push(event.data));
    recorder.addEventListener('stop', () => finish(stream, parts));
    recorder.start(1000);
    began = performance.now();
    show(true);
    listen(stream);
  }

  function show(recording) {
    panel.classList.toggle('recording', recording);
    word.textContent = recording ? 'Stop' : 'Record again';
    state.textContent = recording ? 'Recording.' : 'Listen to it, record again, or start the film below.';
    playback.hidden = recording;
    if (recording) playback.pause();
  }

  function finish(stream, parts) {
    for (const track of stream.getTracks()) track.stop();
    const kind = recorder.mimeType.split(';')[0] || 'audio/webm';
    const ending = kind.includes('mp4') ? 'm4a' : kind.includes('ogg') ? 'ogg' : 'webm';
    const file = new File(parts, `narration.${ending}`, { type: kind });
    const chosen = new DataTransfer();
    chosen.items.add(file);
    field.files = chosen.files;
    URL.revokeObjectURL(playback.src);
    playback.src = URL.createObjectURL(file);
    recorder = null;
    show(false);
  }

  function listen(stream) {
    const sound = new AudioContext(), analyser = sound.createAnalyser();
    analyser.fftSize = 1024;
    sound.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize), levels = [];
    const brush = canvas.getContext('2d');
    brush.fillStyle = getComputedStyle(canvas).color;
    function draw() {
      if (!recorder) { sound.close(); return; }
      const seconds = Math.floor((performance.now() - began) / 1000);
      clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
      analyser.getFloatTimeDomainData(samples);
      levels.push(Math.min(1, LOUD * Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length)));
      if (levels.length > canvas.width / 4) levels.shift();
      brush.clearRect(0, 0, canvas.width, canvas.height);
      levels.forEach((level, index) => {
        const height = Math.max(2, level * canvas.height);
        brush.fillRect(index * 4, (canvas.height - height) / 2, 2.5, height);
      });
      requestAnimationFrame(draw);
    }
    draw();
  }
})();
