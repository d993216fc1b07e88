"""Probes for a study session: small inputs on which one can see what a version does."""

import math

import torch


def torchs_divergence(mu, logvar):
    """For a wrong elbo."""
    q = torch.distributions.Normal(mu, logvar.exp().sqrt())
    prior = torch.distributions.Normal(0.0, 1.0)
    return torch.distributions.kl_divergence(q, prior).sum(dim=1)


STAND_INS = {"kl_divergence": torchs_divergence}


def two_deviations_above_the_mean(reparameterize):
    """
    ask.en: >
      The variances are 1 and 9, the mean is 1, and the noise that is given is 2 for both. Where are
      the two draws?
    ask.ko: >
      분산은 1과 9, 평균은 1이고, 주어진 잡음은 둘 다 2입니다. 뽑힌 두 값은 어디에 있을까요?
    vary.en: >
      Turn the noise into -2, then into 0. Which of the three arguments still matters at 0?
    vary.ko: >
      잡음을 -2로, 다시 0으로 바꿔 보세요. 0일 때 여전히 영향을 주는 인자는 무엇인가요?
    shows: [variance_as_deviation, logvar_as_deviation, noise_argument_ignored]
    """
    torch.manual_seed(0)
    mu, eps = torch.ones(1, 2), torch.full((1, 2), 2.0)
    return {"z": reparameterize(mu, torch.tensor([[0.0, math.log(9.0)]]), eps)}


def two_thousand_draws(reparameterize):
    """
    ask.en: >
      What are the mean and the standard deviation of two thousand draws around 0 with variance 4?
      And which share of them is negative?
    ask.ko: >
      평균 0, 분산 4로 이천 번 뽑으면 평균과 표준편차는 얼마일까요? 음수의 비율은 얼마일까요?
    vary.en: >
      Take ten draws instead, without rounding. How far off are mean and deviation, and how often?
    vary.ko: >
      반올림하지 말고 열 번만 뽑아 보세요. 평균과 표준편차는 얼마나, 그리고 얼마나 자주 벗어나나요?
    shows: [uniform_noise]
    """
    torch.manual_seed(0)
    z = reparameterize(torch.zeros(100, 20), torch.full((100, 20), math.log(4.0)))
    return {
        "mean, rounded": round(z.mean().item()),
        "deviation, rounded": round(z.std().item()),
        "share below 0": round((z < 0).float().mean().item(), 1),
    }


def three_samples_one_call(reparameterize):
    """
    ask.en: >
      Three samples with the same mean and variance in one batch. May their draws be equal?
    ask.ko: >
      평균과 분산이 같은 세 샘플이 한 배치에 있습니다. 뽑힌 값이 서로 같아도 될까요?
    vary.en: >
      Average the three draws, many times over. How large is the spread of that average, for shared
      and for separate noise?
    vary.ko: >
      세 값의 평균을 여러 번 구해 보세요. 잡음을 함께 쓸 때와 따로 쓸 때 그 평균은 얼마나 퍼지나요?
    shows: [noise_shared_by_the_batch]
    """
    torch.manual_seed(0)
    z = reparameterize(torch.zeros(3, 2), torch.zeros(3, 2))
    return {"samples 0 and 1 are equal": torch.equal(z[0], z[1])}


def two_calls_one_after_the_other(reparameterize):
    """
    ask.en: >
      The same call twice, and nothing in between. Should it give the same draw?
    ask.ko: >
      같은 호출을 연달아 두 번 합니다. 같은 값이 나와야 할까요?
    vary.en: >
      Set a seed before each call, outside of the function. Who decides now whether it repeats?
    vary.ko: >
      함수 밖에서 호출할 때마다 시드를 설정해 보세요. 이제 반복 여부는 누가 정하나요?
    shows: [seed_set_inside]
    """
    torch.manual_seed(5)
    mu = torch.zeros(2, 3)
    first, second = reparameterize(mu, mu), reparameterize(mu, mu)
    return {"the draws are equal": torch.equal(first, second)}


def what_a_draw_tells_its_mean(reparameterize):
    """
    ask.en: >
      If mu grows by a little and the noise stays, by how much does each draw grow? So what is the
      gradient for mu?
    ask.ko: >
      잡음은 그대로이고 mu만 조금 커지면 뽑힌 값은 각각 얼마나 커질까요? 그렇다면 mu의 기울기는
      얼마일까요?
    vary.en: >
      Ask for the gradient for logvar, with noise of your own. When is it negative?
    vary.ko: >
      잡음을 직접 주고 logvar의 기울기를 구해 보세요. 언제 음수가 되나요?
    shows: [drawn_under_no_grad, sampled_without_gradient]
    """
    torch.manual_seed(0)
    mu, logvar = torch.zeros(1, 3, requires_grad=True), torch.zeros(1, 3, requires_grad=True)
    z = reparameterize(mu, logvar)
    if not z.requires_grad:
        return {"gradient for mu": "there is none"}
    (gradient,) = torch.autograd.grad(z.sum(), mu)
    return {"gradient for mu": gradient}


def a_draw_in_half_precision(reparameterize):
    """
    ask.en: >
      mu and logvar are bfloat16. What dtype should the draw have?
    ask.ko: >
      mu와 logvar가 bfloat16입니다. 뽑힌 값의 dtype은 무엇이어야 할까요?
    vary.en: >
      Try float64. The dtype looks right now: is the noise as fine as it should be?
    vary.ko: >
      float64로 해 보세요. dtype은 맞아 보이는데 잡음도 그만큼 정밀할까요?
    shows: [noise_elsewhere]
    """
    torch.manual_seed(0)
    half = torch.zeros(2, 2, dtype=torch.bfloat16)
    return {"dtype": str(reparameterize(half, half).dtype)}


def already_at_the_prior(kl_divergence):
    """
    ask.en: >
      Two samples with four latent numbers each, and q is the prior. How far is it from itself, and
      how many values come back?
    ask.ko: >
      잠재 변수가 네 개씩인 샘플이 둘이고, q는 사전 분포 그 자체입니다. 자기 자신과의 거리는 얼마이고,
      값은 몇 개가 돌아올까요?
    vary.en: >
      Move a single number away from the prior, in either direction. May the result ever fall below
      what you see now?
    vary.ko: >
      수 하나만 사전 분포에서 어느 쪽으로든 옮겨 보세요. 지금 값보다 작아질 수 있을까요?
    shows: [minus_one_forgotten, one_subtracted_once, one_kl_for_the_batch, one_kl_per_latent]
    """
    return {"KL": kl_divergence(torch.zeros(2, 4), torch.zeros(2, 4))}


def one_mean_that_moved(kl_divergence):
    """
    ask.en: >
      The variances are 1, and one mean of three is 4. How many nats does that cost?
    ask.ko: >
      분산은 모두 1이고, 세 평균 가운데 하나만 4입니다. 몇 나트의 비용이 들까요?
    vary.en: >
      Add ten more latent numbers that sit at the prior. May they change the price?
    vary.ko: >
      사전 분포에 머물러 있는 잠재 변수를 열 개 더 붙여 보세요. 비용이 달라져도 될까요?
    shows: [half_forgotten, kl_sign, mean_over_latents]
    """
    return {"KL": kl_divergence(torch.tensor([[4.0, 0.0, 0.0]]), torch.zeros(1, 3))}


def too_wide_and_too_narrow(kl_divergence):
    """
    ask.en: >
      One q has 16 times the variance of the prior, the other a sixteenth of it. Which is further
      from the prior?
    ask.ko: >
      한 q는 분산이 사전 분포의 16배이고, 다른 q는 16분의 1입니다. 사전 분포에서 더 먼 것은 어느
      쪽일까요?
    vary.en: >
      Let the narrow one become a point, and the wide one ever wider. How does each price grow?
    vary.ko: >
      좁은 쪽은 한 점에 가까워지게, 넓은 쪽은 끝없이 넓어지게 해 보세요. 비용은 각각 어떻게 커지나요?
    shows: [kl_reversed, logvar_as_log_deviation]
    """
    logvar = torch.tensor([[math.log(16.0)], [-math.log(16.0)]])
    return {"KL of wide and narrow": kl_divergence(torch.zeros(2, 1), logvar)}


def eight_fair_coins(elbo):
    """
    ask.en: >
      Two samples of four values, a decoder that says "half" everywhere, and a q that is the prior.
      What is the bound, in multiples of log 2?
    ask.ko: >
      값이 네 개씩인 샘플이 둘이고, 디코더는 어디서나 절반이라고 하며, q는 사전 분포입니다. 하한은 log 2의
      몇 배일까요?
    vary.en: >
      Double the batch, then double the number of values. Which of the two may change the bound?
    vary.ko: >
      배치를 두 배로, 다시 값의 개수를 두 배로 늘려 보세요. 하한이 달라져도 되는 것은 어느 쪽인가요?
    shows: [batch_summed, likelihood_averaged, only_the_ones_counted, loss_instead_of_bound,
      squared_error_for_likelihood]
    """
    x = torch.tensor([[1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]])
    prior = torch.zeros(2, 3)
    bound = elbo(x, torch.zeros(2, 4), prior, prior)
    return {"bound": bound, "in multiples of log 2": bound / math.log(2.0)}


def a_decoder_that_is_right(elbo):
    """
    ask.en: >
      The decoder is sure of all three values, and right. To which number is the bound close?
    ask.ko: >
      디코더가 세 값을 모두 확신하고, 모두 맞습니다. 하한은 어떤 수에 가까울까요?
    vary.en: >
      Make it surer still. Which bound can no decoder pass, and is it reached here?
    vary.ko: >
      더욱 확신하게 만들어 보세요. 어떤 디코더도 넘을 수 없는 값은 얼마이고, 여기서 그 값에 닿나요?
    shows: [sigmoid_twice, softmax_over_the_data]
    """
    prior = torch.zeros(1, 2)
    x, logits = torch.tensor([[1.0, 0.0, 1.0]]), torch.tensor([[9.0, -9.0, 9.0]])
    return {"bound": elbo(x, logits, prior, prior)}


def a_decoder_that_is_sure_and_wrong(elbo):
    """
    ask.en: >
      The decoder says 1 with a logit of 140, and it is 0. What should that cost?
    ask.ko: >
      디코더가 로짓 140으로 1이라고 했는데 실제로는 0입니다. 비용은 얼마여야 할까요?
    vary.en: >
      Raise the logit to 500. Does the price follow, and does the gradient?
    vary.ko: >
      로짓을 500으로 올려 보세요. 비용도 따라 커지나요? 기울기는 어떤가요?
    shows: [log_of_the_sigmoid, loss_of_probabilities]
    """
    prior = torch.zeros(1, 2)
    return {"bound": elbo(torch.zeros(1, 1), torch.full((1, 1), 140.0), prior, prior)}


def the_price_of_being_far_away(elbo):
    """
    ask.en: >
      The same data and decoder, once with q at the prior, once with a mean of 3. Which bound is
      lower, and by how many nats?
    ask.ko: >
      데이터와 디코더는 같고, q는 한 번은 사전 분포에, 한 번은 평균 3에 있습니다. 어느 하한이 더 낮고, 몇
      나트만큼 낮을까요?
    vary.en: >
      Keep moving the mean. In which direction would an optimiser that maximises the bound go?
    vary.ko: >
      평균을 계속 옮겨 보세요. 하한을 최대화하는 옵티마이저라면 어느 쪽으로 갈까요?
    shows: [kl_added]
    """
    x, logits, zero = torch.ones(1, 1), torch.zeros(1, 1), torch.zeros(1, 1)
    near, far = elbo(x, logits, zero, zero), elbo(x, logits, torch.full((1, 1), 3.0), zero)
    return {"at the prior": near, "far away": far, "near - far": near - far}


def what_the_encoder_hears(elbo):
    """
    ask.en: >
      The bound goes backwards. The decoder is kept fixed here: what does mu still hear, and in
      which direction should it go?
    ask.ko: >
      하한을 역전파합니다. 디코더는 고정해 두었습니다. mu에는 무엇이 전해지고, mu는 어느 쪽으로 가야
      할까요?
    vary.en: >
      Ask for the gradient for logvar too. At which value does it rest?
    vary.ko: >
      logvar의 기울기도 구해 보세요. 어떤 값에서 멈추나요?
    shows: [kl_through_item]
    """
    mu, logits = torch.tensor([[2.0]], requires_grad=True), torch.ones(1, 1, requires_grad=True)
    bound = elbo(torch.ones(1, 1), logits, mu, torch.zeros(1, 1))
    gradients = torch.autograd.grad(bound, (mu, logits), allow_unused=True)
    return {"gradient for mu": gradients[0], "gradient for the logits": gradients[1]}


def large_reparameterize(reparameterize):
    mu = torch.linspace(-2.0, 2.0, 64 * 24).reshape(64, 24)
    return lambda: reparameterize(mu, mu, mu)


def large_kl_divergence(kl_divergence):
    mu = torch.linspace(-2.0, 2.0, 64 * 24).reshape(64, 24)
    return lambda: kl_divergence(mu, mu)


def large_elbo(elbo):
    x, logits = torch.linspace(0.0, 1.0, 40 * 40), torch.linspace(-6.0, 6.0, 40 * 40)
    mu = torch.linspace(-2.0, 2.0, 40 * 8).reshape(40, 8)
    return lambda: elbo(x.reshape(40, 40), logits.reshape(40, 40), mu, mu)
