"""Probes for a study session: small inputs on which one can see what a version does."""

import torch

STAND_INS = {"softmax": torch.softmax, "log_softmax": torch.log_softmax}


def shares_of_a_row(softmax):
    """
    ask.en: >
      What should each row sum to? And what do three equal logits give?
    ask.ko: >
      각 행의 합은 얼마여야 할까요? 로짓 세 개가 모두 같으면 어떤 값이 나올까요?
    vary.en: >
      Raise one logit step by step. What happens to the other two, and is that what you want for
      labels that can be true at the same time?
    vary.ko: >
      로짓 하나만 조금씩 키워 보세요. 나머지 둘은 어떻게 변하나요? 여러 라벨이 동시에 참일 수 있는
      문제에서도 그렇게 되기를 바라나요?
    shows: [sigmoid_for_softmax]
    """
    logits = torch.tensor([[2.0, 2.0, 2.0], [0.0, 1.0, 3.0]])
    probabilities = softmax(logits)
    return {"probabilities": probabilities, "row sums": probabilities.sum(dim=-1)}


def logits_of_seven_hundred(softmax):
    """
    ask.en: >
      How large is the exponential of 700 in float32? And which row with small logits has the same
      probabilities as this one?
    ask.ko: >
      700의 지수는 float32에서 얼마일까요? 로짓이 작으면서 이 행과 확률이 똑같은 행은 어떤 행일까요?
    vary.en: >
      Lower all three logits together until it begins to work. Then try the same in float64, and in
      float16: where are the borders?
    vary.ko: >
      세 로짓을 함께 낮추면서 어디서부터 제대로 나오는지 찾아보세요. float64와 float16에서는 그 경계가
      어디인가요?
    """
    logits = torch.tensor([[700.0, 702.0, 701.0]])
    probabilities = softmax(logits)
    return {"probabilities": probabilities, "row sums": probabilities.sum(dim=-1)}


def two_rows_far_apart(softmax):
    """
    ask.en: >
      The second row is the first one with 800 added. What follows for its probabilities?
    ask.ko: >
      둘째 행은 첫째 행에 800을 더한 것입니다. 둘째 행의 확률은 어떻게 될까요?
    vary.en: >
      Swap the rows, then ask for each row by itself. Does what a row gives depend on who stands
      beside it?
    vary.ko: >
      두 행의 순서를 바꿔 보고, 한 행씩 따로도 넣어 보세요. 옆에 어떤 행이 있느냐에 따라 결과가
      달라지나요?
    """
    logits = torch.tensor([[0.0, 1.0, 2.0], [800.0, 801.0, 802.0]])
    probabilities = softmax(logits)
    return {"probabilities": probabilities, "row sums": probabilities.sum(dim=-1)}


def along_the_columns(softmax):
    """
    ask.en: >
      With dim=0, which numbers of this table of two rows and three columns should sum to 1?
    ask.ko: >
      dim=0이면 2행 3열인 이 표에서 어떤 수들의 합이 1이 되어야 할까요?
    vary.en: >
      Turn the table on its side, ask with dim=1, and turn the result back. Is it the same?
    vary.ko: >
      표를 옆으로 눕혀 dim=1로 계산한 다음 결과를 되돌려 보세요. 같은 값이 나오나요?
    """
    logits = torch.tensor([[1.0, 2.0, 5.0], [3.0, 2.0, 0.0]])
    probabilities = softmax(logits, dim=0)
    return {
        "probabilities": probabilities,
        "sums of the columns": probabilities.sum(dim=0),
        "sums of the rows": probabilities.sum(dim=1),
    }


def the_logits_afterwards(softmax):
    """
    ask.en: >
      What is in `logits` after the call?
    ask.ko: >
      호출이 끝난 뒤 `logits`에는 무엇이 들어 있을까요?
    vary.en: >
      Call it twice with the same tensor. Is the second result the first? Would you always notice?
    vary.ko: >
      같은 텐서로 두 번 호출해 보세요. 두 결과가 같나요? 이런 문제를 늘 알아챌 수 있을까요?
    """
    logits = torch.tensor([1.0, 4.0, 2.0])
    softmax(logits)
    return {"logits": logits}


def exponentials_of_log_probabilities(log_softmax):
    """
    ask.en: >
      The second row is the first one with 5 added. What should the exponentials of each row sum to?
    ask.ko: >
      둘째 행은 첫째 행에 5를 더한 것입니다. 각 행의 값에 지수를 취해 더하면 얼마가 되어야 할까요?
    vary.en: >
      Add another constant to the second row. Which of the printed numbers may change?
    vary.ko: >
      둘째 행에 다른 상수를 더해 보세요. 출력된 수 가운데 바뀌어도 되는 것은 무엇인가요?
    shows: [sum_over_the_batch]
    """
    logits = torch.tensor([[1.0, 2.0, 3.0], [6.0, 7.0, 8.0]])
    log_p = log_softmax(logits)
    return {"log-probabilities": log_p, "sums of the exponentials": log_p.exp().sum(dim=1)}


def three_unlikely_classes(log_softmax):
    """
    ask.en: >
      What are the four log-probabilities, to the nearest whole number? Work them out on paper.
    ask.ko: >
      네 로그 확률은 정수로 반올림하면 각각 얼마일까요? 종이에 직접 계산해 보세요.
    vary.en: >
      Find the smallest logit for which the printed value is still right. Is there one?
    vary.ko: >
      출력된 값이 아직 맞는 가장 작은 로짓을 찾아보세요. 그런 한계가 있나요?
    shows: [log_of_clamped_softmax]
    """
    return {"log-probabilities": log_softmax(torch.tensor([[0.0, -20.0, -60.0, -600.0]]))}


def gradient_at_an_unlikely_class(log_softmax):
    """
    ask.en: >
      Class 1 is the true one and very unlikely. In which direction should its logit be pushed, and
      how hard?
    ask.ko: >
      정답은 1번 클래스인데 확률이 아주 낮습니다. 그 로짓을 어느 방향으로, 얼마나 세게 밀어야
      할까요?
    vary.en: >
      Bring the two logits closer together. How does the gradient go over into the ordinary one?
    vary.ko: >
      두 로짓을 점점 가깝게 해 보세요. 기울기가 평소의 값으로 어떻게 이어지나요?
    """
    logits = torch.tensor([[250.0, 0.0]], requires_grad=True)
    (gradient,) = torch.autograd.grad(log_softmax(logits)[0, 1], logits)
    return {"gradient": gradient}


def somebody_who_knows_nothing(cross_entropy):
    """
    ask.en: >
      All logits are equal, and there are four classes. What does each of the three samples cost?
    ask.ko: >
      로짓이 모두 같고 클래스는 네 개입니다. 세 샘플의 손실은 각각 얼마일까요?
    vary.en: >
      Use ten classes, then a thousand. Which value tells you, at the start of a training run, that
      the loss is computed as you think?
    vary.ko: >
      클래스를 열 개, 천 개로 늘려 보세요. 학습을 시작할 때 손실이 의도대로 계산되고 있는지 알려 주는
      값은 무엇인가요?
    """
    losses = cross_entropy(torch.zeros(3, 4), torch.tensor([3, 1, 0]), reduction="none")
    return {"losses": losses, "shape": tuple(losses.shape)}


def sure_and_right_sure_and_wrong(cross_entropy):
    """
    ask.en: >
      The model is sure of class 0 both times; once it is right. What do the two samples cost,
      roughly?
    ask.ko: >
      모델은 두 번 모두 0번 클래스를 확신하는데, 한 번은 맞고 한 번은 틀립니다. 두 샘플의 손실은 대략
      얼마일까요?
    vary.en: >
      Make the model surer: 9, 20, 50 instead of 7. To what do the two losses go?
    vary.ko: >
      7 대신 9, 20, 50을 넣어 모델을 더 확신하게 만들어 보세요. 두 손실은 어디로 가나요?
    shows: [softmax_twice, logits_for_log_probabilities]
    """
    logits = torch.tensor([[7.0, 0.0, 0.0], [7.0, 0.0, 0.0]])
    return {"losses": cross_entropy(logits, torch.tensor([0, 1]), reduction="none")}


def one_batch_three_reductions(cross_entropy):
    """
    ask.en: >
      Given the losses of the two samples, what should the sum and the mean be?
    ask.ko: >
      두 샘플의 손실이 주어졌을 때 합과 평균은 얼마여야 할까요?
    vary.en: >
      Put the same batch in twice, one below the other. Which of the three numbers stays?
    vary.ko: >
      같은 배치를 위아래로 두 번 이어 붙여 넣어 보세요. 세 결과 가운데 그대로인 것은 무엇인가요?
    shows: [mean_over_classes_too]
    """
    logits = torch.tensor([[1.0, 0.0, 2.0], [0.0, 3.0, 1.0]])
    target = torch.tensor([2, 0])
    losses = cross_entropy(logits, target, reduction="none")
    return {
        "losses": losses,
        "sum": cross_entropy(logits, target, reduction="sum"),
        "mean": cross_entropy(logits, target, reduction="mean"),
        "mean of the losses": losses.mean(),
    }


def smoothed_targets(cross_entropy):
    """
    ask.en: >
      With a smoothing of 0.4 and four classes, what part of the target is left on the true class?
      Which of the two samples becomes more expensive, and which cheaper?
    ask.ko: >
      smoothing이 0.4이고 클래스가 네 개라면 정답 클래스에는 얼마의 몫이 남을까요? 두 샘플 가운데
      손실이 커지는 것과 작아지는 것은 어느 쪽일까요?
    vary.en: >
      Let the smoothing grow towards 1. To which target distribution do you come, and what is the
      best that the model can do?
    vary.ko: >
      smoothing을 1에 가깝게 키워 보세요. 정답 분포는 어떤 모양이 되고, 그때 모델이 낼 수 있는 가장
      좋은 결과는 무엇인가요?
    """
    logits = torch.tensor([[4.0, 0.0, 0.0, 0.0], [4.0, 0.0, 0.0, 0.0]])
    target = torch.tensor([0, 1])
    return {
        "losses": cross_entropy(logits, target, reduction="none"),
        "smoothed": cross_entropy(logits, target, label_smoothing=0.4, reduction="none"),
    }


def the_way_back(cross_entropy):
    """
    ask.en: >
      What should the gradient of each row of logits sum to, and why?
    ask.ko: >
      로짓의 각 행에 대한 기울기를 더하면 얼마가 되어야 할까요? 그 이유는 무엇일까요?
    vary.en: >
      Compare the gradient with what the model said minus what was true. Where does the factor
      between them come from?
    vary.ko: >
      기울기를 '모델이 말한 것 빼기 사실'과 비교해 보세요. 둘 사이의 배수는 어디에서 오나요?
    """
    logits = torch.tensor([[2.0, 0.0, 1.0], [0.0, 0.0, 3.0]], requires_grad=True)
    loss = cross_entropy(logits, torch.tensor([0, 1]))
    if not loss.requires_grad:
        return {"loss": loss, "gradient": "there is none"}
    (gradient,) = torch.autograd.grad(loss, logits)
    return {"loss": loss, "gradient": gradient}


def a_reduction_with_a_typing_error(cross_entropy):
    """
    ask.en: >
      The caller wrote "avg" where "mean" was meant. What should happen?
    ask.ko: >
      호출한 사람이 "mean"을 쓰려다 "avg"라고 적었습니다. 어떤 일이 일어나야 할까요?
    vary.en: >
      Try "Mean" and None as well. Which of these would you accept in a library of your own?
    vary.ko: >
      "Mean"과 None도 넣어 보세요. 여러분이 만드는 라이브러리라면 이 가운데 무엇을 받아들이겠나요?
    raises: ValueError
    """
    logits = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    return {"loss": cross_entropy(logits, torch.tensor([0, 1]), reduction="avg")}


def large_softmax(softmax):
    logits = torch.linspace(-8.0, 8.0, 48 * 40).reshape(48, 40)
    return lambda: softmax(logits)


def large_log_softmax(log_softmax):
    logits = torch.linspace(-8.0, 8.0, 48 * 40).reshape(48, 40)
    return lambda: log_softmax(logits)


def large_cross_entropy(cross_entropy):
    logits = torch.linspace(-8.0, 8.0, 48 * 40).reshape(48, 40)
    target = torch.arange(48) % 40
    return lambda: cross_entropy(logits, target, label_smoothing=0.2)
