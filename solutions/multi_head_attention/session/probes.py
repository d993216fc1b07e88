"""Probes for a study session: small inputs on which one can see what a version does."""

import torch
import torch.nn.functional as F


def torchs_attention(query, key, value, mask=None):
    """For a wrong MultiHeadAttention. torch gives no weights, and none are needed there."""
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask), None


STAND_INS = {"scaled_dot_product_attention": torchs_attention}


def three_keys_that_differ(scaled_dot_product_attention):
    """
    ask.en: >
      Query 0 matches key 0, query 1 matches key 1 twice as well, and query 2 matches nothing. D is
      4. What should each row of weights sum to, and what does the last row look like?
    ask.ko: >
      0번 질의는 0번 키와 맞고, 1번 질의는 1번 키와 두 배로 잘 맞으며, 2번 질의는 아무것과도 맞지 않습니다.
      D는 4입니다. 가중치의 각 행은 합이 얼마이고, 마지막 행은 어떤 모습이어야 할까요?
    vary.en: >
      Multiply the queries by 10, then by 0.1. At which end does the attention become a lookup, and
      at which a plain mean?
    vary.ko: >
      질의에 10을 곱해 보고 0.1도 곱해 보세요. 어느 쪽에서 어텐션이 단순한 조회가 되고, 어느 쪽에서 그냥
      평균이 되나요?
    shows: [no_scaling, scaled_by_the_size, scores_for_weights, sigmoid_for_softmax, softmax_twice]
    """
    query = torch.tensor([[4.0, 0.0, 0.0, 0.0], [0.0, 8.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    key = torch.eye(3, 4)
    value = torch.tensor([[1.0], [2.0], [3.0]])
    output, weights = scaled_dot_product_attention(query, key, value)
    return {"weights": weights, "row sums": weights.sum(dim=-1), "output": output.flatten()}


def the_first_of_three_positions(scaled_dot_product_attention):
    """
    ask.en: >
      All scores are equal, and no mask is given. How much does position 0 get from each of the
      three values?
    ask.ko: >
      점수가 모두 같고 마스크는 없습니다. 0번 위치는 세 값에서 각각 얼마씩 가져올까요?
    vary.en: >
      Add a mask that hides the future, by hand. Which row does not change?
    vary.ko: >
      미래를 가리는 마스크를 직접 만들어 넣어 보세요. 변하지 않는 행은 어느 것인가요?
    shows: [future_always_hidden]
    """
    same = torch.ones(3, 2)
    _, weights = scaled_dot_product_attention(same, same, torch.eye(3))
    return {"weights": weights}


def more_queries_than_keys(scaled_dot_product_attention):
    """
    ask.en: >
      Four equal queries look at two equal keys. What is each weight?
    ask.ko: >
      똑같은 질의 네 개가 똑같은 키 두 개를 봅니다. 가중치는 각각 얼마일까요?
    vary.en: >
      Use as many queries as keys. Which mistake can you no longer see in the numbers?
    vary.ko: >
      질의와 키의 개수를 같게 해 보세요. 수만 보아서는 더 이상 드러나지 않는 실수는 무엇인가요?
    shows: [softmax_over_queries]
    """
    _, weights = scaled_dot_product_attention(torch.ones(4, 3), torch.ones(2, 3), torch.ones(2, 1))
    return {"weights": weights, "row sums": weights.sum(dim=-1)}


def keys_told_apart_by_one_number(scaled_dot_product_attention):
    """
    ask.en: >
      The query asks for the first feature. Which of the three keys has most of it?
    ask.ko: >
      질의는 첫째 특징을 찾습니다. 세 키 가운데 그 특징을 가장 많이 가진 것은 어느 것일까요?
    vary.en: >
      Make the table of keys square. Then make it symmetric. What becomes of the difference?
    vary.ko: >
      키의 표를 정사각형으로, 다시 대칭으로 만들어 보세요. 차이는 어떻게 되나요?
    shows: [key_reshaped_for_transpose]
    """
    query = torch.tensor([[9.0, 0.0]])
    key = torch.tensor([[0.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
    _, weights = scaled_dot_product_attention(query, key, torch.eye(3))
    return {"weights": weights}


def the_best_key_is_hidden(scaled_dot_product_attention):
    """
    ask.en: >
      Key 2 would win, and the mask hides it. The other two match equally badly. What should the
      three weights be, and their sum?
    ask.ko: >
      2번 키가 가장 잘 맞지만 마스크가 가립니다. 나머지 둘은 똑같이 맞지 않습니다. 세 가중치와 그 합은
      얼마여야 할까요?
    vary.en: >
      Let the hidden key match better and better. May any of the printed numbers move?
    vary.ko: >
      가려진 키가 점점 더 잘 맞게 해 보세요. 출력된 수 가운데 움직여도 되는 것이 있나요?
    shows: [mask_added_as_numbers, mask_after_softmax, mask_inverted, masked_scores_zero]
    """
    query = torch.tensor([[2.0, 2.0]])
    key = torch.tensor([[-1.0, 0.0], [0.0, -1.0], [1.0, 1.0]])
    mask = torch.tensor([[True, True, False]])
    _, weights = scaled_dot_product_attention(query, key, torch.eye(3), mask)
    return {"weights": weights, "their sum": weights.sum()}


def who_learns_from_the_output(scaled_dot_product_attention):
    """
    ask.en: >
      The output goes backwards. Do the query and the key hear of it, or only the value?
    ask.ko: >
      출력을 역전파합니다. 질의와 키에도 기울기가 전해질까요, 아니면 값에만 전해질까요?
    vary.en: >
      Make the two values equal. Which gradients vanish, and is that a mistake?
    vary.ko: >
      두 값을 같게 해 보세요. 어떤 기울기가 사라지나요? 그것은 잘못된 것일까요?
    shows: [weights_without_gradient]
    """
    query = torch.tensor([[1.0, 0.0]], requires_grad=True)
    key = torch.tensor([[1.0, 0.0], [0.0, 1.0]], requires_grad=True)
    value = torch.tensor([[1.0], [-1.0]], requires_grad=True)
    output, _ = scaled_dot_product_attention(query, key, value)
    gradients = torch.autograd.grad(output.sum(), (query, key, value), allow_unused=True)
    return {
        "for the query": gradients[0],
        "for the key": gradients[1],
        "for the value": gradients[2],
    }


def plain(module):
    """The module with projections that change nothing, so that one sees the heads at work."""
    with torch.no_grad():
        for layer in (module.q_proj, module.k_proj, module.v_proj, module.out_proj):
            layer.weight.copy_(torch.eye(len(layer.weight)))
            if layer.bias is not None:
                layer.bias.zero_()
    return module


def three_heads_two_entries(MultiHeadAttention):
    """
    ask.en: >
      Three heads of two features each. Query 0 looks for entry 0 with its first pair of features
      and for entry 1 with the others; query 1 the other way round. Which of the numbers 1 … 6 and
      11 … 16 does each find?
    ask.ko: >
      특징을 둘씩 맡은 헤드가 세 개 있습니다. 0번 질의는 첫째 쌍으로 0번 항목을, 나머지로 1번 항목을
      찾고, 1번 질의는 그 반대입니다. 각각 1 … 6과 11 … 16 가운데 어떤 수를 찾아낼까요?
    vary.en: >
      Use two heads, then six, on the same features. Which numbers can still come from different
      entries?
    vary.ko: >
      같은 특징에 헤드를 두 개, 다시 여섯 개로 나눠 보세요. 서로 다른 항목에서 올 수 있는 수는 어떤
      것들인가요?
    shows: [interleaved_heads, one_big_head, joined_without_transpose, view_for_transpose,
      view_both_ways, values_from_the_keys]
    """
    zero, one = [30.0, 0.0], [0.0, 30.0]
    memory = torch.tensor([[zero * 3, one * 3]])
    value = torch.tensor([[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [11.0, 12.0, 13.0, 14.0, 15.0, 16.0]]])
    query = torch.tensor([[zero + one + one, one + zero + zero]])
    return {"output": plain(MultiHeadAttention(6, 3))(query, memory, value)[0]}


def asking_somebody_else(MultiHeadAttention):
    """
    ask.en: >
      One query, three entries to look at, all equally good. What is the mean that comes back? Could
      it be made of the query?
    ask.ko: >
      질의는 하나이고 살펴볼 항목은 셋이며 모두 똑같이 맞습니다. 돌아오는 평균은 무엇일까요? 그것이
      질의로 만들어질 수 있을까요?
    vary.en: >
      Change the query to anything you like. Which printed number may move, as long as all keys are
      equal?
    vary.ko: >
      질의를 아무 값으로나 바꿔 보세요. 키가 모두 같다면 출력된 수 가운데 움직여도 되는 것은 무엇인가요?
    shows: [everything_from_the_query]
    """
    module = plain(MultiHeadAttention(2, 1))
    query = torch.tensor([[[100.0, 100.0]]])
    value = torch.tensor([[[1.0, 0.0], [2.0, 0.0], [6.0, 3.0]]])
    return {"output": module(query, torch.zeros(1, 3, 2), value)}


def keys_that_say_nothing(MultiHeadAttention):
    """
    ask.en: >
      The key projection is set to zero, all others change nothing. Where does every query look, and
      what does it find among 0, 3 and 6?
    ask.ko: >
      키 사영을 0으로 두고 나머지는 그대로 둡니다. 모든 질의는 어디를 보고, 0과 3과 6에서 무엇을
      찾아낼까요?
    vary.en: >
      Set the query projection to zero instead. Can you tell the two apart from the output?
    vary.ko: >
      이번에는 질의 사영을 0으로 두세요. 출력만 보고 두 경우를 구별할 수 있나요?
    shows: [keys_projected_as_queries]
    """
    module = plain(MultiHeadAttention(2, 1))
    with torch.no_grad():
        module.k_proj.weight.zero_()
    x = torch.tensor([[[0.0, 9.0], [3.0, 0.0], [6.0, -9.0]]])
    return {"output": module(x, x, x)}


def an_output_projection_that_doubles(MultiHeadAttention):
    """
    ask.en: >
      There is one entry, (1, 2), and the output projection doubles and adds 100. What comes out?
    ask.ko: >
      항목은 (1, 2) 하나뿐이고 출력 사영은 두 배로 만든 뒤 100을 더합니다. 무엇이 나올까요?
    vary.en: >
      Let the projection swap the two features. Which task would need that it can mix the heads?
    vary.ko: >
      사영이 두 특징을 맞바꾸게 해 보세요. 헤드들을 섞을 수 있어야만 하는 과제는 어떤 것일까요?
    shows: [no_output_projection]
    """
    module = plain(MultiHeadAttention(2, 2))
    with torch.no_grad():
        module.out_proj.weight.mul_(2.0)
        module.out_proj.bias.fill_(100.0)
    x = torch.tensor([[[1.0, 2.0]]])
    return {"output": module(x, x, x)}


def the_second_entry_is_hidden(MultiHeadAttention):
    """
    ask.en: >
      All positions match all others equally, and the mask hides the second from everybody. What do
      both positions find?
    ask.ko: >
      모든 위치가 서로 똑같이 맞고, 마스크는 둘째 위치를 누구도 보지 못하게 가립니다. 두 위치는 각각
      무엇을 찾아낼까요?
    vary.en: >
      Replace the hidden value by a million. May anything change?
    vary.ko: >
      가려진 값을 백만으로 바꿔 보세요. 무엇인가 달라져도 될까요?
    shows: [mask_not_handed_on]
    """
    module = plain(MultiHeadAttention(2, 1))
    same, value = torch.zeros(1, 2, 2), torch.tensor([[[1.0, 2.0], [50.0, 60.0]]])
    return {"output": module(same, same, value, mask=torch.tensor([[True, False], [True, False]]))}


def scores_of_one_head(MultiHeadAttention):
    """
    ask.en: >
      Four heads share eight features. Each head's score for entry 0 is 4 before it is scaled, and
      for entry 1 it is 0. By what does a head divide, and which weight does entry 0 get?
    ask.ko: >
      헤드 네 개가 특징 여덟 개를 나누어 맡습니다. 척도를 맞추기 전에 각 헤드의 0번 항목 점수는 4이고
      1번은 0입니다. 헤드는 무엇으로 나누고, 0번 항목의 가중치는 얼마가 될까요?
    vary.en: >
      Use one head, then eight, and keep the score at 4. How does the weight of entry 0 move?
    vary.ko: >
      점수 4는 그대로 두고 헤드를 한 개, 다시 여덟 개로 해 보세요. 0번 항목의 가중치는 어떻게 변하나요?
    shows: [scaled_by_the_model_size]
    """
    module = plain(MultiHeadAttention(8, 4))
    memory = torch.tensor([[[2.0, 0.0] * 4, [0.0, 2.0] * 4]])
    query = torch.tensor([[[2.0, 0.0] * 4]])
    value = torch.tensor([[[1.0] * 8, [0.0] * 8]])
    return {"weight of entry 0, seen in each feature": module(query, memory, value)}


def numbers_to_learn(MultiHeadAttention):
    """
    ask.en: >
      An embedding of size 10: how many numbers has the whole module to learn? Does it depend on the
      number of heads?
    ask.ko: >
      임베딩의 크기가 10일 때 모듈 전체가 배워야 할 수는 몇 개일까요? 헤드의 개수에 따라 달라질까요?
    vary.en: >
      Take the biases away from q, k and v in turn. Which one could you never notice in the weights?
    vary.ko: >
      q, k, v에서 편향을 하나씩 빼 보세요. 어텐션 가중치만 보아서는 절대 알아챌 수 없는 것은 어느
      것인가요?
    shows: [projections_without_bias]
    """
    module = MultiHeadAttention(10, 5)
    return {
        "in q_proj": sum(parameter.numel() for parameter in module.q_proj.parameters()),
        "in all": sum(parameter.numel() for parameter in module.parameters()),
    }


def ten_features_for_four_heads(MultiHeadAttention):
    """
    ask.en: >
      Ten features cannot be divided among four heads. What should the caller see, and should it
      depend on how Python was started?
    ask.ko: >
      특징 열 개는 헤드 네 개로 나누어떨어지지 않습니다. 호출한 사람은 무엇을 보아야 할까요? 그것이
      파이썬을 실행한 방식에 따라 달라져도 될까요?
    vary.en: >
      Run it under python -O. Then try zero heads, and eleven.
    vary.ko: >
      python -O로 실행해 보세요. 이어서 헤드 0개와 11개도 시도해 보세요.
    raises: ValueError
    shows: [heads_checked_by_assert]
    """
    return {"module": type(MultiHeadAttention(10, 4)).__name__}


def large_scaled_dot_product_attention(scaled_dot_product_attention):
    torch.manual_seed(0)
    query, key, value = torch.randn(2, 24, 8), torch.randn(2, 28, 8), torch.randn(2, 28, 8)
    return lambda: scaled_dot_product_attention(query, key, value)


def large_MultiHeadAttention(MultiHeadAttention):
    torch.manual_seed(0)
    module = MultiHeadAttention(16, 4)
    x = torch.randn(2, 14, 16)
    return lambda: module(x, x, x)
