"""The noise is drawn with the default dtype on the CPU, whatever mu is.

cell: reparameterize
confuses: the shape of a tensor, with all that a new tensor has to share with it
title.ko: 잡음을 항상 CPU에서 기본 dtype으로 뽑아, mu의 device와 dtype을 따르지 않습니다.
feedback.en: >
  On the CPU in float32 your draw is right; with mu on another device it fails or ends up in the
  wrong place, and in float64 the noise is only as fine as float32. A shape says nothing about where
  a tensor lives and how exact it is; a new tensor made from a shape alone takes torch's defaults.
  List what besides the shape the noise must have in common with mu, and where your line says so.
feedback.ko: >
  CPU의 float32에서는 맞지만, mu가 다른 device에 있으면 오류가 나거나 결과가 엉뚱한 곳에 생기고, float64에서도 잡음은 float32만큼만 정밀합니다.
  shape에는 텐서가 어디에 있고 얼마나 정밀한지가 들어 있지 않아서, shape만으로 만든 새 텐서는 torch의 기본값을 따릅니다. shape 말고도 잡음이 mu와 같아야
  하는 것을 적어 보고, 자신의 코드 어디에서 그것을 정하는지 찾아보세요.
question.en: >-
  Such code runs for months on a laptop. How would you find, without a GPU, the lines that break on
  one?
question.ko: 이런 코드는 노트북에서 몇 달이고 잘 돌아갑니다. GPU 없이 GPU에서 깨질 줄을 찾으려면 어떻게 하겠습니까?
source: >-
  torch documentation of torch.randn (dtype and device default to torch's own) and of
  torch.randn_like (to those of its input)
"""


def reparameterize(mu, logvar, eps=None):
    if eps is None:
        eps = torch.randn(mu.shape)
    return mu + torch.exp(0.5 * logvar) * eps
