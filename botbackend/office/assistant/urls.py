"""Addresses of the room."""

from django.urls import path

from botbackend.office.assistant import costs, knowledge, permissions, prompts, scenarios, trying, wordings

_prompt = "prompts/<slug:prompt>/"
_wording = "wordings/<slug:language>/<slug:text>/"
urlpatterns = [
    path("", prompts.assistant, name="assistant"),
    path(_prompt, prompts.prompt, name="assistant-prompt"),
    path(f"{_prompt}difference/", prompts.difference, name="assistant-difference"),
    path(f"{_prompt}publish/", prompts.publish, name="assistant-publish"),
    path(f"{_prompt}return/", prompts.put_back, name="assistant-return"),
    path(f"{_prompt}drop/", prompts.drop, name="assistant-drop"),
    path(f"{_prompt}try/", trying.try_prompt, name="assistant-try"),
    path(f"{_prompt}try/chat/", trying.chat, name="assistant-chat"),
    path(f"{_prompt}try/questions/", trying.questions, name="assistant-questions"),
    path(f"{_prompt}try/scenarios/", trying.scenarios, name="assistant-run"),
    path("scenarios/", scenarios.scenarios, name="assistant-scenarios"),
    path("scenarios/new/", scenarios.new_scenario, name="assistant-scenario-new"),
    path("scenarios/usual/", scenarios.usual, name="assistant-scenarios-usual"),
    path("scenarios/<int:scenario>/", scenarios.scenario, name="assistant-scenario"),
    path("scenarios/<int:scenario>/drop/", scenarios.drop, name="assistant-scenario-drop"),
    path("knowledge/", knowledge.knowledge, name="assistant-knowledge"),
    path("knowledge/list/", knowledge.facts, name="assistant-facts"),
    path("knowledge/new/", knowledge.new_fact, name="assistant-fact-new"),
    path("knowledge/<int:knowledge>/", knowledge.fact, name="assistant-fact"),
    path("knowledge/<int:knowledge>/aside/", knowledge.aside, name="assistant-fact-aside"),
    path("wordings/", wordings.wordings, name="assistant-wordings"),
    path("wordings/<slug:language>/", wordings.in_language, name="assistant-wordings-in"),
    path(_wording, wordings.wording, name="assistant-wording"),
    path(f"{_wording}preview/", wordings.preview, name="assistant-wording-preview"),
    path(f"{_wording}shipped/", wordings.shipped, name="assistant-wording-shipped"),
    path("permissions/", permissions.permissions, name="assistant-permissions"),
    path("permissions/stop/", permissions.stop, name="assistant-stop"),
    path("permissions/resume/", permissions.resume, name="assistant-resume"),
    path("cost/", costs.cost, name="assistant-cost"),
    path("cost/ceiling/", costs.ceiling, name="assistant-ceiling"),
]
