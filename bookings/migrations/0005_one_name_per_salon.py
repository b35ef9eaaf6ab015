"""A name is one per salon however it is spelled."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0004_one_form_of_text")]

    operations = [
        operation
        for model in ("specialist", "service", "resource")
        for operation in (
            migrations.RemoveConstraint(model_name=model, name=f"{model}_name_once"),
            migrations.AddConstraint(
                model_name=model,
                constraint=models.UniqueConstraint(fields=("project", "name_key"), name=f"{model}_name_once"),
            ),
        )
    ]
