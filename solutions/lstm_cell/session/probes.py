"""Probes for a study session: small inputs on which one can see what a version does."""

import torch
from torch import nn


def set_gates(cell, i, f, g, o):
    """The cell with weights of zero: its gates are what the two biases say, half each."""
    with torch.no_grad():
        cell.weight_ih.zero_()
        cell.weight_hh.zero_()
        size = cell.bias_ih.shape[0] // 4
        half = torch.tensor([i, f, g, o]).repeat_interleave(size) / 2
        cell.bias_ih.copy_(half)
        cell.bias_hh.copy_(half)
    return cell


def keep_and_show(LSTMCell):
    """
    ask.en: >
      The forget and the output gate are wide open, the input gate is shut, and the old cell state
      is (3, -2). What are the new cell state and the new hidden state?
    ask.ko: >
      망각 게이트와 출력 게이트는 활짝 열려 있고 입력 게이트는 닫혀 있으며, 이전 셀 상태는 (3, -2)입니다.
      새 셀 상태와 새 은닉 상태는 무엇일까요?
    vary.en: >
      Feed the new state in again, fifty times. What is left of the 3? Then open the forget gate
      only halfway.
    vary.ko: >
      새 상태를 다시 넣는 일을 쉰 번 되풀이해 보세요. 3은 얼마나 남나요? 망각 게이트를 반만 열면
      어떻게 되나요?
    shows: [input_and_forget_swapped, hidden_without_tanh, cell_state_squashed, state_pair_swapped]
    """
    cell = set_gates(LSTMCell(1, 2), i=-18.0, f=18.0, g=0.0, o=18.0)
    h, c = cell(torch.zeros(1, 1), (torch.tensor([[0.5, 0.5]]), torch.tensor([[3.0, -2.0]])))
    return {"c": c, "h": h}


def write_something_negative(LSTMCell):
    """
    ask.en: >
      Nothing is kept, everything is written and shown, and the candidate's sum is -1. What is in
      the cell afterwards, and what is shown of it?
    ask.ko: >
      아무것도 남기지 않고, 모두 쓰고, 모두 보여 줍니다. 후보의 합은 -1입니다. 그 뒤 셀에는 무엇이 들어
      있고 무엇이 보일까요?
    vary.en: >
      Which values can be written at all in one step? Try candidates of -20 and 20.
    vary.ko: >
      한 단계에 쓸 수 있는 값의 범위는 어디까지일까요? 후보를 -20과 20으로 바꿔 보세요.
    shows: [candidate_without_tanh, old_cell_state_shown, gates_interleaved, gate_order]
    """
    cell = set_gates(LSTMCell(1, 2), i=18.0, f=-18.0, g=-1.0, o=18.0)
    h, c = cell(torch.zeros(1, 1))
    return {"c": c, "h": h}


def keep_and_write_at_once(LSTMCell):
    """
    ask.en: >
      The input gate and the forget gate are both open. The old cell state is 2 and the candidate is
      nearly 1. May the new cell state be 3?
    ask.ko: >
      입력 게이트와 망각 게이트가 모두 열려 있습니다. 이전 셀 상태는 2이고 후보는 거의 1입니다. 새 셀
      상태가 3이 될 수 있을까요?
    vary.en: >
      Do ten steps like this one. How could such a cell count, and what would it count?
    vary.ko: >
      이런 단계를 열 번 되풀이해 보세요. 이런 셀은 어떻게 개수를 셀 수 있고, 무엇을 세게 될까요?
    shows: [forget_gate_coupled]
    """
    cell = set_gates(LSTMCell(1, 2), i=18.0, f=18.0, g=18.0, o=0.0)
    h, c = cell(torch.zeros(1, 1), (torch.zeros(1, 2), torch.full((1, 2), 2.0)))
    return {"c": c, "h": h}


def one_half_from_each_bias(LSTMCell):
    """
    ask.en: >
      Both biases say 0.5 for the candidate, and everything is written. What is the candidate's sum,
      and what is in the cell?
    ask.ko: >
      두 편향이 모두 후보에 0.5를 주고, 모두 씁니다. 후보의 합은 얼마이고 셀에는 무엇이 들어갈까요?
    vary.en: >
      Move all of it into one bias, and set the other to zero. Can the cell tell the difference? Can
      an optimiser?
    vary.ko: >
      값을 한쪽 편향에 모두 옮기고 다른 쪽은 0으로 두세요. 셀이 그 차이를 알 수 있을까요? 옵티마이저는
      어떨까요?
    shows: [one_bias]
    """
    cell = set_gates(LSTMCell(1, 2), i=18.0, f=-18.0, g=1.0, o=18.0)  # 0.5 from each for g
    h, c = cell(torch.zeros(1, 1))
    return {"c": c, "h": h}


def an_input_that_nobody_reads(LSTMCell):
    """
    ask.en: >
      Only the weights of input 0 differ from zero. What must the cell make of an x that is zero
      there, whatever else it holds?
    ask.ko: >
      입력 0의 가중치만 0이 아닙니다. x의 그 자리가 0이라면 나머지에 무엇이 들어 있든 셀은 무엇을 내야
      할까요?
    vary.en: >
      Give input 1 weights of its own. How would you read off a single row of the matrix from the
      outside?
    vary.ko: >
      입력 1에도 가중치를 주어 보세요. 밖에서 행렬의 한 행만 알아내려면 어떻게 해야 할까요?
    shows: [weights_viewed_not_transposed]
    """
    cell = set_gates(LSTMCell(2, 2), i=18.0, f=0.0, g=0.0, o=18.0)
    with torch.no_grad():
        cell.weight_ih[:, 0] = torch.tensor([0.0, 0.0, 0.0, 0.0, 1.0, -2.0, 0.0, 0.0])
    return {
        "c for x = (1, 0)": cell(torch.tensor([[1.0, 0.0]]))[1],
        "c for x = (0, 5)": cell(torch.tensor([[0.0, 5.0]]))[1],
    }


def the_same_question_twice(LSTMCell):
    """
    ask.en: >
      The cell is given the same x twice, without a state. May the second answer differ?
    ask.ko: >
      상태 없이 같은 x를 두 번 넣습니다. 두 번째 답이 달라져도 될까요?
    vary.en: >
      Put another sequence in between. Whose memory would a second answer be made of?
    vary.ko: >
      두 호출 사이에 다른 시퀀스를 넣어 보세요. 두 번째 답은 누구의 기억으로 만들어진 것인가요?
    shows: [state_kept_in_the_module]
    """
    cell = set_gates(LSTMCell(1, 2), i=18.0, f=18.0, g=1.0, o=18.0)
    x = torch.zeros(1, 1)
    return {"first c": cell(x)[1], "second c": cell(x)[1]}


def what_training_reaches(LSTMCell):
    """
    ask.en: >
      Neither x nor the state needs a gradient. Has h a history all the same, and to which tensors
      does it lead back?
    ask.ko: >
      x에도 상태에도 기울기가 필요 없습니다. 그래도 h에 계산 기록이 있을까요? 있다면 어떤 텐서들로
      이어질까요?
    vary.en: >
      Make an optimiser of this cell's parameters, and do one step. What has changed?
    vary.ko: >
      이 셀의 매개변수로 옵티마이저를 만들어 한 단계 진행해 보세요. 무엇이 달라졌나요?
    shows: [weights_are_no_parameters]
    """
    torch.manual_seed(1)
    cell = LSTMCell(2, 3)
    h, _ = cell(torch.ones(1, 2), (torch.ones(1, 3), torch.ones(1, 3)))
    return {"h has a history": h.requires_grad}


def a_first_step_in_float64(LSTMCell):
    """
    ask.en: >
      Cell and x are float64, and no state is given. What dtype has the result?
    ask.ko: >
      셀과 x는 float64이고 상태는 주지 않습니다. 결과의 dtype은 무엇일까요?
    vary.en: >
      Give a float64 state of zeros yourself. Where does the difference come from, and where would
      it show on a GPU?
    vary.ko: >
      0으로 채운 float64 상태를 직접 주어 보세요. 차이는 어디에서 오고, GPU에서는 어디에서 드러날까요?
    shows: [zeros_elsewhere]
    """
    cell = LSTMCell(2, 3).double()
    h, c = cell(torch.ones(1, 2, dtype=torch.float64))
    return {"dtype of h": str(h.dtype), "dtype of c": str(c.dtype)}


def adding_cell():
    """torch's cell, set so that it keeps all and adds tanh(x): c is a running sum, h is tanh(c)."""
    cell = nn.LSTMCell(1, 1)
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.zero_()
        cell.bias_ih.copy_(torch.tensor([9.0, 9.0, 0.0, 9.0]))
        cell.weight_ih[2] = 1.0
    return cell


def a_cell_that_adds_up(lstm_sequence):
    """
    ask.en: >
      Two sequences of three steps, through a cell that adds up what it sees. Which shape do the
      outputs have, and how do they go on from step to step?
    ask.ko: >
      본 것을 모두 더하는 셀에 세 단계짜리 시퀀스 두 개를 넣습니다. 출력의 모양은 무엇이고, 단계마다
      어떻게 변할까요?
    vary.en: >
      Swap the two sequences in the batch. What may change in the outputs, and what must not?
    vary.ko: >
      배치 안에서 두 시퀀스의 순서를 바꿔 보세요. 출력에서 바뀌어도 되는 것과 바뀌면 안 되는 것은
      무엇인가요?
    shows: [batch_first, state_not_carried, cell_states_as_outputs, last_output_only]
    """
    x = torch.tensor([[[0.2], [-0.5]], [[0.2], [-0.5]], [[0.2], [-0.5]]])  # (T, B, I) = (3, 2, 1)
    outputs, (_, c) = lstm_sequence(adding_cell(), x)
    return {"shape": tuple(outputs.shape), "outputs": outputs.flatten(1), "last c": c}


def going_on_from_a_state(lstm_sequence):
    """
    ask.en: >
      The cell adds up what it sees, and the state says that it has seen 2 already. Where does the
      sum stand after two steps of 0.3?
    ask.ko: >
      셀은 본 것을 모두 더하고, 상태에는 이미 2를 보았다고 되어 있습니다. 0.3을 두 번 본 뒤 합은
      얼마일까요?
    vary.en: >
      Cut a sequence of six steps into two of three and hand the state over. Is the result the same?
    vary.ko: >
      여섯 단계짜리 시퀀스를 세 단계씩 둘로 나누고 상태를 넘겨 보세요. 결과가 같나요?
    shows: [first_state_ignored]
    """
    state = (torch.zeros(1, 1), torch.full((1, 1), 2.0))
    outputs, (_, c) = lstm_sequence(adding_cell(), torch.full((2, 1, 1), 0.3), state)
    return {"outputs": outputs.flatten(), "last c": c}


def blame_for_the_last_output(lstm_sequence):
    """
    ask.en: >
      The last of four outputs goes backwards. Which of the four inputs are told about it?
    ask.ko: >
      네 출력 가운데 마지막 것을 역전파합니다. 네 입력 가운데 어느 것에 기울기가 전해질까요?
    vary.en: >
      Half-close the forget gate. How does the blame of the first input shrink with the length?
    vary.ko: >
      망각 게이트를 반쯤 닫아 보세요. 시퀀스가 길어질수록 첫 입력의 기울기는 어떻게 줄어드나요?
    shows: [detached_state]
    """
    x = torch.full((4, 1, 1), 0.1, requires_grad=True)
    outputs, _ = lstm_sequence(adding_cell(), x)
    (gradient,) = torch.autograd.grad(outputs[-1].sum(), x)
    return {"gradient for each step": gradient.flatten()}


def large_LSTMCell(LSTMCell):
    cell = LSTMCell(16, 16)
    x = torch.linspace(-1.0, 1.0, 12 * 16).reshape(12, 16)
    return lambda: cell(x)


def large_lstm_sequence(lstm_sequence):
    torch.manual_seed(0)
    cell = nn.LSTMCell(16, 32)
    x = torch.linspace(-1.0, 1.0, 200 * 8 * 16).reshape(200, 8, 16)
    return lambda: lstm_sequence(cell, x)
