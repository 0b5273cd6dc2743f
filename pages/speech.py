"""Speech: sounds, words and vowels of a recording, each a mixture of Gaussians."""

from pages._ui import controls, layout
from pages._ui.speech import speech_segments, speech_teach, speech_vowels, speech_words

ABOUT = layout.About(
    idea="""
A recording becomes a row of numbers every hundredth of a second: the power in 24 bands as the
ear spaces them, as logarithms, turned into 13 cepstra. *Sounds* fits one mixture to these rows
and cuts the recording where the component changes. *Words* gives every word a chain of eight
small mixtures that are passed from left to right, and answers with the word whose chain makes the
recording likeliest, or with "none of these". The speaker's voice and microphone are taken out
first: mean and spread of a session, pulled to those of others while the session is short.
*Vowels* measures the resonances of the vocal tract and compares them with one Gaussian per vowel.
""",
    formula=r"\log p(x_{1:T} \mid w) = \max_{s_1 \le \dots \le s_T} \sum_{t=1}^{T}"
    r" \log \sum_{j} \pi_{w s_t j}\, \mathcal{N}(x_t \mid \mu_{w s_t j}, \Sigma_{w s_t j})",
    python="""from gmm_engine import SequenceClassifier
from gmm_engine.data.spoken import read_spoken
from gmm_engine.features.audio import speech_frames

spoken = read_spoken("my_words.zip")  # seven_anna_1.wav, two_ben_1.wav, ...
frames = [speech_frames(sound, rate) for sound, rate in zip(spoken.sounds, spoken.rates)]
model = SequenceClassifier().fit(frames, spoken.labels, spoken.groups)
print(model.calibration_.accuracy)""",
)
PARTS = {
    "Sounds": speech_segments.show,
    "Words": speech_words.show,
    "Teach": speech_teach.show,
    "Vowels": speech_vowels.show,
}

with layout.page("speech", about=ABOUT) as screen:
    with screen.controls:
        part = controls.choice(screen, "part", "Look at", list(PARTS))
    PARTS[part](screen)
